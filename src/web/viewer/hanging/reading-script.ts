import type { GridName } from "../../../cases/hanging-layout.ts";
import type { CaseKind } from "../../../cases/views.ts";
import type { SeriesQualifiers } from "../../../core/series-reading.ts";
import type { MapName, PaneMode } from "./hang.ts";

/** Each qualifier as one value or as several of which one will do. */
export type Asked = {
  readonly [Key in keyof SeriesQualifiers]?: SeriesQualifiers[Key] | readonly SeriesQualifiers[Key][];
};

/** Which series a pane of a script wants. */
export interface Wanted {
  /** Roles, the best first. */
  readonly roles: readonly string[];
  /** What it must not contradict; where a series does not say, it will do. */
  readonly asked?: Asked;
  /** What it must say. */
  readonly exactly?: Asked;
  /** Of those alike the first (0), the second ... or the last (-1). */
  readonly nth?: number;
  /** From an earlier examination; else from the newest. */
  readonly prior?: boolean;
}

/** One pane of a stage: a series as it is wanted, or a colour map of the newest analysis. */
export interface ScriptPane {
  readonly wants?: Wanted;
  readonly map?: MapName;
  /** Left out: as its role opens. */
  readonly mode?: PaneMode;
  readonly plane?: "axial" | "coronal" | "sagittal";
  readonly slabMm?: number;
  /** Opens at the carotid bifurcation, of the side that is examined as far as a series of the case says one. */
  readonly atBifurcation?: true;
  readonly window?: { readonly width: number; readonly level: number };
}

/** One step of reading: what is hung, and the question it answers. */
export interface Stage {
  readonly id: string;
  readonly title: string;
  readonly question: string;
  readonly grid: GridName;
  /** Left out: the case as it hangs itself. */
  readonly panes?: readonly ScriptPane[];
}

/** What a script knows of a case when it says whether it is its own. */
export interface ScriptCase {
  readonly kind: CaseKind | undefined;
  readonly roles: ReadonlySet<string>;
  readonly regions: ReadonlySet<string>;
  readonly vessels: ReadonlySet<string>;
  readonly hasPriors: boolean;
}

/** A way of reading a disease, stage by stage. */
export interface ReadingScript {
  readonly id: string;
  readonly name: string;
  /** Kinds of cases that are read so, whatever series there are. */
  readonly kinds: readonly CaseKind[];
  /** Without a case: whether these series are read so. */
  readonly fits: (images: ScriptCase) => boolean;
  readonly stages: readonly Stage[];
}
