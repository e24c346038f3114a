import type { SeriesQualifiers } from "../core/series-reading.ts";

/** How panes lie: one, two beside each other, one large and two small, two by two, three by two. */
export type GridName = "1" | "2" | "1+2" | "2x2" | "3x2";

/** Which series a pane wants: by role, and of those by what qualifies them. */
export interface WantedSeries {
  readonly roles: readonly string[];
  readonly qualifiers?: SeriesQualifiers;
  /** The first (0) of those alike, the second ... */
  readonly nth?: number;
}

/** One pane of a saved layout. */
export interface SavedPane {
  readonly wants: WantedSeries;
  readonly mode: string;
  readonly plane?: "axial" | "coronal" | "sagittal";
  readonly map?: string;
  readonly window?: { readonly width: number; readonly level: number };
  readonly slabMm?: number;
}

/** A layout as it is saved: no series of a patient, only what kind of series hangs where. */
export interface SavedLayout {
  readonly grid: GridName;
  readonly panes: readonly SavedPane[];
}

/** A saved layout as it is listed. */
export interface LayoutView {
  readonly id: string;
  readonly name: string;
  /** For everyone of the organisation, or for its maker alone. */
  readonly forAll: boolean;
  readonly mine: boolean;
  readonly by: string;
  readonly layout: SavedLayout;
}
