import { useEffect, useEffectEvent, useState } from "react";
import type { AngioContext } from "../angio-panels.ts";
import type { FlowRun } from "./flow-run.ts";
import { canRedo, canUndo, redoRunFlow, undoRunFlow, useRunFlow } from "./flow-store.ts";
import { type Drawing, RegionLayer } from "./region-layer.tsx";

interface Props {
  readonly context: AngioContext;
  readonly run: FlowRun;
  /** What may be drawn besides circle and polygon of no role. */
  readonly offers?: readonly (Drawing & { readonly says: string })[];
}

const PLAIN: readonly (Drawing & { readonly says: string })[] = [
  { shape: "circle", says: "Circle" },
  { shape: "polygon", says: "Polygon" },
];
const HOW = {
  circle: "Drag from the middle of the circle outward. Escape puts the tool down.",
  polygon: "Click the corners; a double click, Enter or the first corner closes it. Escape puts the tool down.",
} as const;

/** Tools that draw regions on the run, and the regions themselves over it. */
export function RegionTools({ context, run, offers = PLAIN }: Props) {
  const { seriesUid } = run.series;
  useRunFlow(seriesUid);
  const [drawing, setDrawing] = useState<Drawing>();
  const putDown = useEffectEvent((event: KeyboardEvent) => {
    if (event.key !== "Escape" || !drawing) return;
    // wherever the focus is: it must not close the study with the tool still in hand
    event.preventDefault();
    event.stopPropagation();
    setDrawing(undefined);
  });
  useEffect(() => {
    const heard = (event: KeyboardEvent) => putDown(event);
    addEventListener("keydown", heard, true);
    return () => removeEventListener("keydown", heard, true);
  }, []);
  return (
    <>
      <div className="v-flow-line">
        {offers.map((one) => {
          const taken = drawing?.shape === one.shape && drawing.role === one.role;
          return (
            <button
              key={one.says}
              type="button"
              aria-pressed={taken}
              onClick={() => setDrawing(taken ? undefined : one)}
            >
              {one.says}
            </button>
          );
        })}
        <button
          type="button"
          disabled={!canUndo(seriesUid)}
          title="Take back (Ctrl+Z)"
          onClick={() => undoRunFlow(seriesUid)}
        >
          Undo
        </button>
        <button
          type="button"
          disabled={!canRedo(seriesUid)}
          title="Do again (Ctrl+Shift+Z)"
          onClick={() => redoRunFlow(seriesUid)}
        >
          Redo
        </button>
      </div>
      {drawing && <p role="status">{HOW[drawing.shape]}</p>}
      {context.handle && (
        <RegionLayer
          controller={context.handle.controller}
          seriesUid={seriesUid}
          drawing={drawing}
          onDrawn={(id) => {
            // circles are drawn one after the other; an outline, or what has a role, once
            if (id === undefined || drawing?.role !== undefined || drawing?.shape === "polygon") setDrawing(undefined);
          }}
          drawn={context.state?.drawn ?? 0}
        />
      )}
    </>
  );
}
