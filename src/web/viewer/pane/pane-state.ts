import { Enums } from "@cornerstonejs/core";
import type { Vec3 } from "../../../core/geometry.ts";
import type { Limitation } from "../../../core/limitation.ts";
import { loadWanted } from "./load-queue.ts";
import { type EdgeLetters, NO_LETTERS } from "./orientation.ts";

/** How the sections of a slab are put into one picture. */
export type SlabKind = "mip" | "minip" | "average";

/** What a pane is asked to show. */
export type Show =
  | {
      readonly kind: "stack";
      readonly imageIds: readonly string[];
      readonly start: number;
      readonly window?: { readonly width: number; readonly level: number };
      readonly colourMap?: string;
      /** Other times of the same slices, each as many images; `time` of them is shown. */
      readonly times?: readonly (readonly string[])[];
      readonly time?: number;
      readonly limitations?: readonly Limitation[];
    }
  | {
      /** A volume seen from outside; drawn by `volumes/rendering`. */
      readonly kind: "rendering";
      readonly imageIds: readonly string[];
      readonly window?: { readonly width: number; readonly level: number };
    }
  | {
      readonly kind: "volume";
      readonly volumeId: string;
      readonly imageIds: readonly string[];
      readonly plane: "axial" | "coronal" | "sagittal";
      /** Thickness of a slab; 0 is a plain section. */
      readonly slabMm: number;
      readonly slabKind?: SlabKind;
      /** A point (LPS mm) of the section to open at; the middle of the volume without it. */
      readonly openAt?: Vec3;
      readonly window?: { readonly width: number; readonly level: number };
    };

export interface PaneState {
  readonly status: "empty" | "loading" | "rendered" | "error";
  /** What went wrong and what to do; empty otherwise. */
  readonly message: string;
  readonly slice: number;
  readonly count: number;
  readonly window: { readonly width: number; readonly level: number } | null;
  readonly inverted: boolean;
  readonly loaded: number;
  readonly failed: number;
  readonly total: number;
  readonly slabMm: number;
  readonly slabKind: SlabKind;
  /** "axial", "oblique, 12° from axial"; empty for images as acquired. */
  readonly planeWords: string;
  /** Which time of a time-resolved series is shown, of how many. */
  readonly time: number;
  readonly timeCount: number;
  /** What this picture lacks, in words; shown on it. */
  readonly limitations: readonly Limitation[];
  readonly edges: EdgeLetters;
  /** Grows with every picture drawn; overlays redraw on it. */
  readonly drawn: number;
}

/** A pane before it is given anything. */
export const EMPTY: PaneState = {
  status: "empty",
  message: "",
  slice: 0,
  count: 0,
  window: null,
  inverted: false,
  loaded: 0,
  failed: 0,
  total: 0,
  slabMm: 0,
  slabKind: "mip",
  planeWords: "",
  time: 0,
  timeCount: 1,
  limitations: [],
  edges: NO_LETTERS,
  drawn: 0,
};
/** The first picture is waited for here, so that a refusal becomes words on the pane. */
export async function firstImage(imageId: string): Promise<void> {
  await loadWanted(imageId, { requestType: Enums.RequestType.Interaction, priority: 10 });
}

/** mm of the slab that is asked for. */
export function slabOf(show: Show): number {
  return show.kind === "volume" ? show.slabMm : 0;
}

/** An error in words for the reader: what went wrong and what to do. */
export function words(error: unknown): string {
  const inner = (error as { error?: unknown })?.error ?? error;
  const status = (inner as { status?: number })?.status;
  if (status === 401) return "You are signed out. Sign in again, then open the series.";
  if (status) return `The server could not give this image (status ${status}). Try again.`;
  const message = inner instanceof Error ? inner.message : "";
  return message || "This image cannot be shown. Try again; the file is still stored as received.";
}
