import type { PanePlan } from "./hang.ts";

/** What the wall shows, as the driver's pane has it. */
export interface WallState {
  readonly plan: PanePlan;
  readonly slice: number;
  readonly window: { readonly width: number; readonly level: number } | null;
  readonly inverted: boolean;
  readonly playing: boolean;
  /** Where the driver points, LPS mm (or pixels of a projection); null: nowhere. */
  readonly pointer: readonly [number, number, number] | null;
}

/** Said on the channel: the wall asks, the driver tells. */
export type WallWord = { readonly says: "hello" } | { readonly says: "show"; readonly state: WallState };

/** The channel of a case or a study between windows of one browser. */
export function wallChannel(of: string): BroadcastChannel {
  return new BroadcastChannel(`willis-wall ${of}`);
}

/** Opens (or brings forward) the window for a second screen. */
export function openWall(of: { readonly caseId?: string | undefined; readonly studyUid: string }): void {
  const query = of.caseId ? `case=${encodeURIComponent(of.caseId)}` : `study=${encodeURIComponent(of.studyUid)}`;
  window.open(`/wall?${query}`, "willis-wall", "popup,width=1280,height=960");
}
