import { dot } from "../../../core/geometry.ts";
import type { Command } from "../command.ts";
import type { SlabKind } from "../pane/pane-state.ts";
import type { PanelContext } from "../side-panel.ts";
import { crosshairOf } from "./crosshair-store.ts";
import { isPlacing, setPlacing } from "./curve/curve-store.ts";
import { fusionOf } from "./fused/fusion-store.ts";
import { switchCrosshair } from "./members.ts";
import { eyeOn, SIDE_WORDS, SIDES } from "./rendering/eye.ts";
import { renderingOf } from "./rendering/rendering-store.ts";

const isCut = ({ handle }: PanelContext) => handle?.content?.show.kind === "volume";
const THICKNESSES = [0, 2, 5, 10, 15, 20, 30, 40, 60, 80, 120];
const KINDS: readonly SlabKind[] = ["mip", "minip", "average"];

/** The next thickness up or down from what is shown. */
function nextThickness(now: number, by: 1 | -1): number {
  const more = THICKNESSES.filter((mm) => (by > 0 ? mm > now : mm < now));
  return (by > 0 ? more[0] : more.at(-1)) ?? now;
}

function thicken({ handle }: PanelContext, by: 1 | -1): void {
  if (!handle) return;
  handle.controller.setSlab(nextThickness(handle.controller.state().slabMm, by));
}

/** Section, then 20 mm (or what it was) of maximum, minimum, mean, then a section again. */
function nextKind({ handle }: PanelContext): void {
  if (!handle) return;
  const { slabMm, slabKind } = handle.controller.state();
  if (slabMm === 0) handle.controller.setSlab(20, "mip");
  else {
    const next = KINDS[KINDS.indexOf(slabKind) + 1];
    if (next) handle.controller.setSlab(slabMm, next);
    else handle.controller.setSlab(0, "mip");
  }
}

/** How many times a volume that is cut was imaged; a stack counts them itself. */
function timesOfVolume({ handle, setPlan }: PanelContext): number {
  const content = handle?.content;
  return content?.show.kind === "volume" && setPlan ? content.images.imageIds.length : 1;
}

function stepTime(context: PanelContext, by: 1 | -1): void {
  const { handle, setPlan } = context;
  if (!handle) return;
  const times = timesOfVolume(context);
  if (times === 1) void handle.controller.setTime(handle.controller.state().time + by);
  else {
    const time = Math.min(times - 1, Math.max(0, (handle.content?.time ?? 0) + by));
    setPlan?.({ ...handle.plan, time });
  }
}

const isTimed = (context: PanelContext) => (context.state?.timeCount ?? 1) > 1 || timesOfVolume(context) > 1;

/** Whether the series in the pane makes a volume that can be seen from outside. */
function canRender({ handle }: PanelContext): boolean {
  const kind = handle?.content?.show.kind;
  return kind === "volume" || kind === "rendering" || (handle?.content?.images.order.volume ?? false);
}

function switchRendering({ handle, setPlan }: PanelContext): void {
  if (!handle) return;
  const { seriesUid, mode, plane } = handle.plan;
  if (mode === "vr") setPlan?.({ seriesUid, mode: "axial" });
  else setPlan?.({ seriesUid, mode: "vr", ...(plane ? { plane } : {}) });
}

/** Puts the second volume on and off the picture in turns, or stops that. */
function switchFlicker({ handle }: PanelContext): void {
  if (!handle) return;
  const store = fusionOf(handle.controller.viewportId);
  store.set({ mode: store.state().mode === "flicker" ? "blend" : "flicker" });
}

const isFused = ({ handle }: PanelContext) =>
  handle !== undefined && fusionOf(handle.controller.viewportId).state().seriesUid !== undefined;
const isRendered = ({ handle }: PanelContext) => handle?.content?.show.kind === "rendering";

/** The six sides one after the other; from a view between them, the front. */
function nextSide({ handle }: PanelContext): void {
  if (!handle) return;
  const store = renderingOf(handle.controller.viewportId);
  const { toward } = store.state().eye;
  const now = SIDES.findIndex((side) => dot(eyeOn(side).toward, toward) > 0.999);
  store.face(SIDES[(now + 1) % SIDES.length]!);
}

function straighten({ handle }: PanelContext): void {
  const here = handle?.controller.position();
  if (here) crosshairOf(here.frameOfReference).straighten();
}

export const VOLUME_COMMANDS: readonly Command[] = [
  { id: "volume.crosshair", key: "t", says: "Crosshair: between planes, everywhere, nowhere", run: switchCrosshair },
  { id: "volume.slab", key: "b", says: "Section, MIP, MinIP, average", when: isCut, run: nextKind },
  { id: "volume.thicker", key: "+", says: "Thicker slab", when: isCut, run: (context) => thicken(context, 1) },
  { id: "volume.thicker-too", key: "=", says: "Thicker slab", when: isCut, run: (context) => thicken(context, 1) },
  { id: "volume.thinner", key: "-", says: "Thinner slab", when: isCut, run: (context) => thicken(context, -1) },
  {
    id: "volume.render",
    key: "v",
    says: "Volume rendering of this series, and back",
    when: canRender,
    run: switchRendering,
  },
  {
    id: "volume.earlier",
    key: ",",
    says: "Earlier time of the same slice",
    when: isTimed,
    run: (context) => stepTime(context, -1),
  },
  {
    id: "volume.later",
    key: ".",
    says: "Later time of the same slice",
    when: isTimed,
    run: (context) => stepTime(context, 1),
  },
  { id: "volume.flicker", key: "u", says: "Fused volume: flicker, or not", when: isFused, run: switchFlicker },
  {
    id: "volume.curve",
    key: "g",
    says: "Place points along a vessel by clicking, or stop",
    run: () => setPlacing(!isPlacing()),
  },
  { id: "volume.straighten", says: "Straighten the planes of the crosshair", when: isCut, run: straighten },
  { id: "volume.next-side", key: "Shift+d", says: "Volume from the next side", when: isRendered, run: nextSide },
  ...SIDES.map(
    (side): Command => ({
      id: `volume.see-${side}`,
      says: `Volume ${SIDE_WORDS[side]}`,
      when: isRendered,
      run: ({ handle }) => {
        if (handle) renderingOf(handle.controller.viewportId).face(side);
      },
    }),
  ),
];
