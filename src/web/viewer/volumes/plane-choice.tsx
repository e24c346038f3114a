import type { PaneMode, PanePlan } from "../hanging/hang.ts";
import type { PaneState, SlabKind } from "../pane/pane-state.ts";

interface Props {
  readonly plan: PanePlan;
  readonly state: PaneState;
  readonly onPlan: ((plan: PanePlan) => void) | undefined;
  readonly onSlab: (mm: number, kind?: SlabKind) => void;
}

const PLANES = ["axial", "coronal", "sagittal"] as const;
const SLABS = [5, 10, 20, 40, 80];
const KINDS: Readonly<Record<SlabKind, string>> = { mip: "MIP", minip: "MinIP", average: "average" };

/** "MIP 20 mm", "section". */
function slabWords(state: Pick<PaneState, "slabKind" | "slabMm">): string {
  return state.slabMm > 0 ? `${KINDS[state.slabKind]} ${Number(state.slabMm.toFixed(1))} mm` : "section";
}

/** The bottom right corner of a series that makes a volume: from where it is seen, and how thick a slab. */
export function PlaneChoice({ plan, state, onPlan, onSlab }: Props) {
  const plane = plan.mode === "mip" ? (plan.plane ?? "axial") : plan.mode;
  const isSection = plane !== "slices" && plane !== "vr";
  const change = (to: string) => {
    const mode = to as PaneMode;
    const { seriesUid, time } = plan;
    const rest = { seriesUid, ...(time === undefined ? {} : { time }) };
    if (plan.mode === "mip" && to !== "slices" && to !== "vr") onPlan?.({ ...rest, mode: "mip", plane: to as "axial" });
    else onPlan?.({ ...rest, mode });
  };
  return (
    <>
      <label className="v-choice">
        {plane === "slices" ? "as acquired" : plane === "vr" ? "volume" : state.planeWords || plane}
        <select aria-label="Plane" value={plane} onChange={({ target }) => change(target.value)}>
          <option value="slices">as acquired</option>
          {PLANES.map((one) => (
            <option key={one}>{one}</option>
          ))}
          <option value="vr">volume</option>
        </select>
      </label>
      {isSection && (
        <label className="v-choice">
          {slabWords(state)}
          <select
            aria-label="Slab"
            value={state.slabMm > 0 ? `${state.slabKind} ${state.slabMm}` : "0"}
            onChange={({ target }) => {
              const [kind, mm] = target.value.split(" ");
              if (mm) onSlab(Number(mm), kind as SlabKind);
              else onSlab(0);
            }}
          >
            <option value="0">section</option>
            {state.slabMm > 0 && !SLABS.includes(state.slabMm) && (
              <option value={`${state.slabKind} ${state.slabMm}`}>{slabWords(state)}</option>
            )}
            {(Object.keys(KINDS) as SlabKind[]).flatMap((kind) =>
              SLABS.map((mm) => (
                <option key={`${kind} ${mm}`} value={`${kind} ${mm}`}>
                  {KINDS[kind]} {mm} mm
                </option>
              )),
            )}
          </select>
        </label>
      )}
    </>
  );
}
