import type { Volume } from "../core/volume.ts";

/**
 * A volume as one NIfTI-1 file (`.nii`, float32, little endian).
 * `volume`: any sample type, i fastest; its LPS axes become the RAS axes of NIfTI in the sform (scanner anatomical) and
 * voxels keep their order, so a reader finds voxel (i, j, k) at the same place. `description` is cut to 79 bytes.
 * Units mm. Source: NIfTI-1.1 header, nifti1.h (NIMH).
 */
export function nifti(volume: Volume, description: string = ""): Uint8Array<ArrayBuffer> {
  const [ni, nj, nk] = volume.shape;
  const bytes = new Uint8Array(352 + 4 * ni * nj * nk);
  const view = new DataView(bytes.buffer);
  const f32 = (at: number, ...values: number[]): void => {
    values.forEach((v, i) => {
      view.setFloat32(at + 4 * i, v, true);
    });
  };
  const i16 = (at: number, ...values: number[]): void => {
    values.forEach((v, i) => {
      view.setInt16(at + 2 * i, v, true);
    });
  };
  view.setInt32(0, 348, true);
  i16(40, 3, ni, nj, nk, 1, 1, 1, 1);
  i16(70, 16, 32); // float32
  f32(76, 1, ...volume.spacing, 0, 0, 0, 0);
  f32(108, 352, 1, 0);
  bytes[123] = 2; // mm
  let most = 0;
  for (const x of volume.data) if (x > most) most = x;
  f32(124, most, 0);
  bytes.set(new TextEncoder().encode(description).subarray(0, 79), 148);
  i16(252, 0, 1);
  const { direction: d, spacing: s, origin: o } = volume;
  f32(280, -d.i[0] * s[0], -d.j[0] * s[1], -d.k[0] * s[2], -o[0]);
  f32(296, -d.i[1] * s[0], -d.j[1] * s[1], -d.k[1] * s[2], -o[1]);
  f32(312, d.i[2] * s[0], d.j[2] * s[1], d.k[2] * s[2], o[2]);
  bytes.set([0x6e, 0x2b, 0x31, 0], 344); // "n+1"
  new Float32Array(bytes.buffer, 352).set(volume.data);
  return bytes;
}
