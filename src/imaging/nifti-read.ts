import { WillisError } from "../core/errors.ts";
import type { Direction, Vec3 } from "../core/geometry.ts";
import type { Samples, Volume } from "../core/volume.ts";

/** Sizes beyond these are no medical volume. */
const MOST_VOXELS = 2 ** 31;

/**
 * The volume of a NIfTI-1 file (`.nii`, not compressed, either byte order), the first when it holds several over time.
 * Axes come from the sform, else the qform, RAS turned to LPS; without either they are those of the file with spacing
 * alone. Values are scaled by slope and intercept of the header. `unit` is what the caller knows them to be.
 * Errors: `bad-request` for what is no NIfTI-1, is cut off, or has samples that are no numbers of 8, 16 or 32 bits.
 * Source: NIfTI-1.1 header, nifti1.h (NIMH).
 */
export function readNifti(bytes: Uint8Array, unit: string = ""): Volume {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 352) throw new WillisError("bad-request", `${bytes.length} bytes are no NIfTI file.`);
  const little = view.getInt32(0, true) === 348;
  if (!little && view.getInt32(0, false) !== 348)
    throw new WillisError(
      "bad-request",
      `The file begins with ${view.getInt32(0, true)}, not with 348: it is no NIfTI-1.`,
    );
  const i16 = (at: number): number => view.getInt16(at, little);
  const f32 = (at: number): number => view.getFloat32(at, little);
  const shape = [1, 2, 3].map((a) => (a <= i16(40) ? Math.max(1, i16(40 + 2 * a)) : 1)) as [number, number, number];
  const kind = i16(70);
  const read = READERS[kind];
  if (!read)
    throw new WillisError("bad-request", `Samples of NIfTI type ${kind} are not read: convert to int16 or float32.`);
  const count = shape[0] * shape[1] * shape[2];
  const start = Math.max(352, Math.floor(f32(108)));
  if (!(count > 0 && count < MOST_VOXELS) || start + count * read.bytes > bytes.length)
    throw new WillisError(
      "bad-request",
      `The file of ${bytes.length} bytes is too short for ${shape.join(" x ")} samples of ${read.bytes} bytes.`,
    );
  const slope = f32(112) || 1;
  const intercept = Number.isFinite(f32(116)) ? f32(116) : 0;
  const scaled = slope !== 1 || intercept !== 0;
  const data: Samples = scaled ? new Float32Array(count) : read.make(count);
  for (let p = 0, at = start; p < count; p++, at += read.bytes) {
    const value = read.at(view, at, little);
    data[p] = scaled ? slope * value + intercept : value;
  }
  const pixdim = [1, 2, 3].map((a) => Math.abs(f32(76 + 4 * a)) || 1) as unknown as Vec3;
  return {
    data,
    unit,
    shape,
    ...(i16(254) > 0 ? fromRows(f32) : i16(252) > 0 ? fromQuaternion(f32, pixdim) : plain(pixdim)),
  };
}

interface Reader {
  readonly bytes: number;
  make(count: number): Samples;
  at(view: DataView, place: number, little: boolean): number;
}

const READERS: Readonly<Record<number, Reader>> = {
  2: { bytes: 1, make: (n) => new Uint8Array(n), at: (v, p) => v.getUint8(p) },
  4: { bytes: 2, make: (n) => new Int16Array(n), at: (v, p, e) => v.getInt16(p, e) },
  8: { bytes: 4, make: (n) => new Float32Array(n), at: (v, p, e) => v.getInt32(p, e) },
  16: { bytes: 4, make: (n) => new Float32Array(n), at: (v, p, e) => v.getFloat32(p, e) },
  512: { bytes: 2, make: (n) => new Uint16Array(n), at: (v, p, e) => v.getUint16(p, e) },
};

type Place = Pick<Volume, "spacing" | "direction" | "origin">;

/** RAS column vectors (mm per voxel) and offset as spacing, LPS directions and origin. */
function place(columns: readonly (readonly number[])[], offset: readonly number[]): Place {
  const spacing = columns.map((c) => Math.hypot(...c) || 1) as unknown as Vec3;
  const [i, j, k] = columns.map((c, a) => [-c[0] / spacing[a], -c[1] / spacing[a], c[2] / spacing[a]]) as unknown as [
    Vec3,
    Vec3,
    Vec3,
  ];
  const direction: Direction = { i, j, k };
  return { spacing, direction, origin: [-offset[0], -offset[1], offset[2]] };
}

function fromRows(f32: (at: number) => number): Place {
  const row = (r: number, c: number): number => f32(280 + 16 * r + 4 * c);
  const column = (c: number): number[] => [row(0, c), row(1, c), row(2, c)];
  return place([column(0), column(1), column(2)], column(3));
}

function fromQuaternion(f32: (at: number) => number, pixdim: Vec3): Place {
  const [b, c, d] = [f32(256), f32(260), f32(264)];
  const a = Math.sqrt(Math.max(0, 1 - b * b - c * c - d * d));
  const flip = f32(76) < 0 ? -1 : 1;
  const columns = [
    [a * a + b * b - c * c - d * d, 2 * (b * c + a * d), 2 * (b * d - a * c)],
    [2 * (b * c - a * d), a * a + c * c - b * b - d * d, 2 * (c * d + a * b)],
    [flip * 2 * (b * d + a * c), flip * 2 * (c * d - a * b), flip * (a * a + d * d - b * b - c * c)],
  ];
  return place(
    columns.map((column, n) => column.map((x) => x * pixdim[n])),
    [f32(268), f32(272), f32(276)],
  );
}

function plain(spacing: Vec3): Place {
  return { spacing, origin: [0, 0, 0], direction: { i: [1, 0, 0], j: [0, 1, 0], k: [0, 0, 1] } };
}
