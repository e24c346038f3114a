import { transferSyntaxOf } from "../transfer-syntax.ts";
import { STORAGE_CLASSES } from "./storage-classes.ts";

/** How an object is shown: as an image, or as one of the pages for what is no image; "listed": words and its header. */
export type ShownAs =
  | ("image" | "map" | "report" | "dose" | "segments" | "presentation" | "keys")
  | ("document" | "video" | "waveform" | "listed");

/** What an object is, in the words of the field. */
export interface ObjectKind {
  /** E.g. "CT", "RDSR", "SEG"; "PRIVATE" for a class of a manufacturer, "UNKNOWN" for one that PS3.4 does not have. */
  readonly code: string;
  /** The SOP class by name, e.g. "Enhanced XA Image"; the UID when it has none. */
  readonly name: string;
  /** What a reader calls it, e.g. "Dose report". */
  readonly short: string;
  readonly shownAs: ShownAs;
  /** What it is for, and for what is only listed why, in a sentence. */
  readonly purpose: string;
}

type Words = readonly [short: string, shownAs: ShownAs, purpose: string];

const KINDS: Readonly<Record<string, Words>> = {
  CT: ["CT", "image", "Sections of computed tomography."],
  MR: ["MR", "image", "Sections of magnetic resonance."],
  XA: ["Angiogram", "image", "Projections of X-ray angiography."],
  RF: ["Fluoroscopy", "image", "Projections of radiofluoroscopy."],
  "3DRA": ["3D angiography", "image", "A volume reconstructed from a rotation of the C-arm."],
  US: ["Ultrasound", "image", "Ultrasound images or clips."],
  XRAY: ["Radiograph", "image", "Projection radiography."],
  NM: ["Nuclear medicine", "image", "Scintigraphic images."],
  PET: ["PET", "image", "Sections of positron emission tomography."],
  SC: ["Secondary capture", "image", "A picture made from images, a screen or paper."],
  VISIBLE: ["Photograph", "image", "A picture taken with visible light."],
  OPTICAL: ["Optical tomography", "image", "Sections of an optical pullback."],
  RTIMAGE: ["RT image", "image", "A portal or planning image of radiotherapy."],
  PMAP: ["Parametric map", "map", "A measured or computed quantity at each voxel, with its unit."],
  VIDEO: ["Video", "video", "A film as one compressed stream."],
  SEG: ["Segmentation", "segments", "Regions marked in images, voxel by voxel."],
  SR: ["Report", "report", "Findings and measurements as a coded document."],
  RDSR: ["Dose report", "dose", "The radiation of an examination, event by event."],
  KOS: ["Key images", "keys", "Images that somebody marked, and why."],
  PR: ["Presentation", "presentation", "How images were shown: window, area, annotations."],
  RWVM: ["Value mapping", "listed", "What stored values of images mean as a quantity with its unit."],
  DOC: ["Document", "document", "A document kept with the images."],
  WAVE: ["Waveform", "waveform", "Curves over time, such as an ECG."],
  AUDIO: ["Sound", "listed", "A recording of sound. It is not played here: download it."],
  REG: ["Registration", "listed", "How one set of images lies in the space of another."],
  FID: ["Fiducials", "listed", "Points that stand for the same place in several sets of images."],
  SURFACE: ["Surface", "listed", "A surface as a mesh. It is not drawn here: a program for meshes shows it."],
  TRACT: [
    "Tracts",
    "listed",
    "Fibre tracts as lines in space. They are not drawn here: a tractography program shows them.",
  ],
  RTSTRUCT: ["RT structures", "listed", "Regions for radiotherapy as contours. They are listed here, not drawn."],
  RTPLAN: ["RT plan", "listed", "How radiotherapy is to be given."],
  RTDOSE: ["RT dose", "listed", "The computed dose of radiotherapy as a grid."],
  RT: ["Radiotherapy", "listed", "A record or instruction of radiotherapy."],
  RAW: [
    "Raw data",
    "listed",
    "Data of a scanner before reconstruction. Only the software of its manufacturer reads them.",
  ],
  SPECTRO: [
    "MR spectroscopy",
    "listed",
    "Spectra of magnetic resonance. They are not drawn here: a spectroscopy program shows them.",
  ],
  MEASURE: ["Measurements", "listed", "Measured values of a device."],
  ANN: ["Annotations", "listed", "Many simple annotations of a microscopic image. They are not drawn here."],
  PROTOCOL: ["Protocol", "listed", "How a scan is to be done or was done."],
  HP: ["Hanging protocol", "listed", "How a viewer is to lay out images. Willis hangs images by what they are."],
  PALETTE: ["Colour palette", "listed", "Colours for grey values. It belongs to no patient."],
  IMPLANT: ["Implant template", "listed", "The shape of an implant. It belongs to no patient."],
  LUT: ["Look-up table", "listed", "A table for grey values that stood alone; retired from the standard."],
  OVERLAY: ["Overlay", "listed", "Graphics that stood alone; retired from the standard."],
  CURVE: ["Curve", "listed", "A curve that stood alone; retired from the standard."],
  PRIVATE: [
    "Private object",
    "listed",
    "An object of a manufacturer's own class. Only its own software knows what it means.",
  ],
  UNKNOWN: ["Unknown object", "listed", "A class that is not in this edition of the standard. It is kept as it came."],
};

const ROOT = "1.2.840.10008.5.1.4.";
let byUid: Map<string, readonly [code: string, name: string]> | null = null;

/** The kind of a storage SOP class, e.g. "CT", and its name; undefined for one that PS3.4 does not have. */
export function storageClass(sopClass: string): readonly [code: string, name: string] | undefined {
  if (!byUid) {
    byUid = new Map();
    for (const row of STORAGE_CLASSES) {
      const [uid = "", code = "", ...name] = row.split(" ");
      byUid.set(ROOT + uid, [code, name.join(" ")]);
    }
  }
  return byUid.get(sopClass);
}

/**
 * What an object is by its SOP class; the transfer syntax tells a video of an image class (an ultrasound clip in H.264).
 * A private class whose `modality` is one of images and that has pixels (`frames` above 0) is shown as an image.
 */
export function objectKind(sopClass: string, transferSyntax = "", modality = "", frames = 0): ObjectKind {
  const found = storageClass(sopClass);
  const video = transferSyntax !== "" && transferSyntaxOf(transferSyntax).coding === "video";
  const code = found?.[0] ?? (sopClass === "" || sopClass.startsWith("1.2.840.10008.") ? "UNKNOWN" : "PRIVATE");
  const name = found?.[1] ?? (code === "PRIVATE" ? `Private class ${sopClass}` : sopClass || "No SOP class");
  const [short, shownAs, purpose] = KINDS[code]!;
  if (video) return { code: "VIDEO", name, short: "Video", shownAs: "video", purpose: KINDS.VIDEO![2] };
  if (!found && frames > 0) {
    const words = KINDS[modality];
    const picture = `${purpose} It has pixels, which are shown as they are.`;
    return { code, name, short: words?.[0] ?? short, shownAs: "image", purpose: picture };
  }
  return { code, name, short, shownAs, purpose };
}
