import { gunzipSync } from "node:zlib";
import type { MaskDraft, MaskKind } from "../../cases/kept.ts";
import { WillisError } from "../../core/errors.ts";
import { dot, type Grid, sub, toIndex, toPatient, type Vec3, voxelMl } from "../../core/geometry.ts";
import { type DataSet, text } from "../../dicom/data-set.ts";
import { frameCount } from "../../dicom/frames.ts";
import { sct } from "../../dicom/iod/content-items.ts";
import { type Code, willisEquipment } from "../../dicom/iod/derived-context.ts";
import { type SegmentSource, type SegmentSpace, segmentation } from "../../dicom/iod/segmentation.ts";
import { type DicomJson, fromDicomJson } from "../../dicom/json.ts";
import type { PixelLocation } from "../../dicom/parse.ts";
import { type Slice, slicesOf } from "../../dicom/slices.ts";
import { writePart10 } from "../../dicom/write.ts";
import { slicesInside, unpackedMask } from "../../imaging/region/mask-bits.ts";
import { serveTasks } from "../ingest/worker-tasks.ts";

/** One object of the series that the mask was made on: its header as DICOM JSON, gzip. */
export interface MaskSource {
  readonly sopUid: string;
  readonly sopClass: string;
  readonly metadata: Uint8Array;
}

export interface MaskTask {
  readonly draft: MaskDraft;
  readonly bits: Uint8Array;
  readonly sources: readonly MaskSource[];
  readonly seriesUid: string;
  readonly instanceUid: string;
  readonly seriesNumber: number;
  readonly creator: string;
  readonly ms: number;
  readonly software: string;
}

export interface MaskObject {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly inside: number;
  readonly volumeMl: number | null;
}

const ANATOMY = sct("91723000", "Anatomical Structure");
const ABNORMAL = sct("49755003", "Morphologically Abnormal Structure");
/** What each kind is, coded (PS3.16 CID 7150 and below), and its colour. */
const KINDS: Readonly<
  Record<MaskKind, { readonly category: Code; readonly type: Code; readonly colour: readonly [number, number, number] }>
> = {
  vessel: { category: ANATOMY, type: sct("59820001", "Blood vessel"), colour: [224, 108, 92] },
  aneurysm: { category: ABNORMAL, type: sct("85659009", "Aneurysm"), colour: [238, 190, 84] },
  nidus: { category: ABNORMAL, type: sct("24551003", "Arteriovenous malformation"), colour: [196, 120, 208] },
  lesion: { category: ABNORMAL, type: sct("52988006", "Lesion"), colour: [92, 172, 196] },
  haematoma: { category: ABNORMAL, type: sct("35566002", "Hematoma"), colour: [208, 84, 128] },
  region: { category: ANATOMY, type: sct("123037004", "Body structure"), colour: [132, 190, 110] },
};
/** Only places are read of the images: where their pixels lie does not matter. */
const ELSEWHERE: PixelLocation = { tag: 0x7fe00010, vr: "OW", offset: 0, length: 0, encapsulated: false, frames: null };
/** Share of a slice gap, or of a pixel, by which a slice may lie off and still be the one that was drawn on. */
const SAME_PLACE = 0.05;
const SAME_DIRECTION = 0.9999;

function maskObject(task: MaskTask): MaskObject {
  const { draft, bits, sources } = task;
  const headers = sources.map(({ metadata }) => headerOf(metadata));
  const [first] = headers;
  if (!first) throw new WillisError("bad-request", `Series ${draft.seriesUid} holds no object any more.`);
  const [columns, rows, slices] =
    draft.space.kind === "grid" ? draft.space.shape : [draft.space.columns, draft.space.rows, 1];
  const found = slicesInside(bits, columns * rows, slices);
  if (!found) throw new WillisError("bad-request", "The mask is empty: paint or outline something before it is kept.");
  const depth = found.last - found.first + 1;
  const space =
    draft.space.kind === "grid"
      ? gridSpace(draft.space, draft.seriesUid, headers, sources, found.first, depth)
      : frameSpace(draft.space, headers, sources);
  const { category, type, colour } = KINDS[draft.kind];
  const { made, method, label } = draft;
  const object = segmentation({
    source: first,
    space,
    segments: [
      {
        ...{ label, category, type, colour, made, algorithm: `${method.name} ${method.version}`.trim() },
        mask: unpackedMask(bits, found.first * columns * rows, depth * columns * rows),
      },
    ],
    ...{ seriesUid: task.seriesUid, instanceUid: task.instanceUid, seriesNumber: task.seriesNumber },
    instanceNumber: 1,
    seriesDescription: `${label}, ${new Date(task.ms).toISOString().slice(0, 16).replace("T", " ")} UTC`.slice(0, 64),
    label: draft.kind.toUpperCase(),
    ...{ creator: task.creator, ms: task.ms, equipment: willisEquipment(task.software) },
  });
  return {
    bytes: writePart10(object) as Uint8Array<ArrayBuffer>,
    inside: found.voxels,
    volumeMl: space.kind === "grid" ? found.voxels * voxelMl(space.grid) : null,
  };
}

/** The attributes whose values are there: pixels lie elsewhere. */
function headerOf(metadata: Uint8Array): DataSet {
  const json = JSON.parse(gunzipSync(metadata).toString("utf8")) as DicomJson;
  return fromDicomJson(Object.fromEntries(Object.entries(json).filter(([, element]) => !("BulkDataURI" in element))));
}

/** The slices of the grid that hold anything, each with the image that lies there. */
function gridSpace(
  space: Extract<MaskDraft["space"], { kind: "grid" }>,
  seriesUid: string,
  headers: readonly DataSet[],
  sources: readonly MaskSource[],
  from: number,
  depth: number,
): SegmentSpace {
  const [i, j, k] = [0, 3, 6].map((at) => space.direction.slice(at, at + 3)) as unknown as [Vec3, Vec3, Vec3];
  const whole: Grid = { ...space, direction: { i, j, k } };
  const grid: Grid = {
    ...whole,
    origin: toPatient(whole, 0, 0, from),
    shape: [space.shape[0], space.shape[1], depth],
  };
  const placed = slicesOf(
    headers.map((dataSet) => ({
      ...{ dataSet, transferSyntax: "", pixels: ELSEWHERE, frame: () => new Uint8Array() },
    })),
  );
  const frameOfReference = headers.map((header) => text(header, "FrameOfReferenceUID")).find(Boolean);
  if (placed.length === 0 || !frameOfReference)
    throw new WillisError(
      "bad-request",
      `The images of series ${seriesUid} have no place in the patient: keep the mask on a frame of theirs.`,
    );
  if (!placed.some((slice) => meets(whole, slice)))
    throw new WillisError("bad-request", `The grid of the mask lies outside the images of series ${seriesUid}.`);
  const images: (SegmentSource | null)[] = Array.from({ length: depth }, () => null);
  for (const slice of placed) {
    const at = sliceAt(grid, slice);
    if (at === undefined || images[at]) continue;
    const source = sources[headers.indexOf(slice.instance.dataSet)]!;
    const several = frameCount(slice.instance.dataSet) > 1;
    images[at] = {
      ...{ sopClass: source.sopClass, sopUid: source.sopUid },
      ...(several ? { frame: slice.frame + 1 } : {}),
    };
  }
  return { kind: "grid", grid, frameOfReference, images };
}

/** Whether the middle of an image lies in the box of a grid, with one voxel around it. */
function meets(grid: Grid, { position, alongRow, alongColumn, spacing, rows, columns }: Slice): boolean {
  const [x, y] = [(spacing[0] * (columns - 1)) / 2, (spacing[1] * (rows - 1)) / 2];
  const middle = position.map((p, a) => p + alongRow[a]! * x + alongColumn[a]! * y) as unknown as Vec3;
  const reach = Math.hypot(x, y);
  return toIndex(grid, middle).every((at, axis) => {
    const slack = axis === 2 ? 1 : 1 + reach / grid.spacing[axis]!;
    return at >= -slack && at <= grid.shape[axis]! - 1 + slack;
  });
}

/** The slice of the grid that an image is: the same corner, directions and pixels. */
function sliceAt(grid: Grid, { position, alongRow, alongColumn, spacing, rows, columns }: Slice): number | undefined {
  if (columns !== grid.shape[0] || rows !== grid.shape[1]) return undefined;
  if (dot(alongRow, grid.direction.i) < SAME_DIRECTION || dot(alongColumn, grid.direction.j) < SAME_DIRECTION)
    return undefined;
  if (spacing.some((mm, axis) => Math.abs(mm - grid.spacing[axis]!) * grid.shape[axis]! > grid.spacing[axis]!))
    return undefined;
  const [i, j, k] = toIndex(grid, position);
  const at = Math.round(k);
  const off = sub([i, j, k], [0, 0, at]);
  return at >= 0 && at < grid.shape[2] && off.every((share) => Math.abs(share) <= SAME_PLACE) ? at : undefined;
}

function frameSpace(
  space: Extract<MaskDraft["space"], { kind: "frame" }>,
  headers: readonly DataSet[],
  sources: readonly MaskSource[],
): SegmentSpace {
  const source = sources.find(({ sopUid }) => sopUid === space.sopUid)!;
  const several = frameCount(headers[sources.indexOf(source)]!) > 1;
  const { sopClass, sopUid } = source;
  const image = { sopClass, sopUid, ...(several ? { frame: space.frame } : {}) };
  return { kind: "frames", rows: space.rows, columns: space.columns, images: [image] };
}

serveTasks<MaskTask, MaskObject>({
  work: maskObject,
  unknown: (error) => ({
    code: "bad-request",
    message: `The mask cannot be written: ${error instanceof Error ? error.message : error}`,
  }),
  handOver: ({ bytes }) => [bytes.buffer],
});
