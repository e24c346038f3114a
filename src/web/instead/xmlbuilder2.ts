/**
 * vtk.js carries a reader and writer of XML for its own files. The page opens none, and the 290 kB of the XML library
 * that they stand on stay out of it; who would open one is told so.
 */
export function create(): never {
  throw new Error("VTK XML files are not read or written here. Use STL, NIfTI or DICOM.");
}
