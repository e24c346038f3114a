import { type PointerEvent, useRef, useState, useSyncExternalStore } from "react";
import type { PanelContext, SidePanel } from "../side-panel.ts";

interface Props<Context extends PanelContext> {
  readonly panels: readonly SidePanel<Context>[];
  readonly context: Context;
  readonly open: string | undefined;
  readonly onOpen: (id: string | undefined) => void;
}

const [NARROWEST, WIDEST, WIDTH] = [240, 640, 320];
const WIDTH_KEY = "willis.side-column.width";
const nothing = () => () => {};

/** One open panel beside the images: its name chooses another, its edge makes it wider, and it can be closed. */
export function SideColumn<Context extends PanelContext>({ panels, context, open, onOpen }: Props<Context>) {
  const [width, setWidth] = useState(() => clip(Number(localStorage.getItem(WIDTH_KEY)) || WIDTH));
  const from = useRef<{ readonly x: number; readonly width: number } | undefined>(undefined);
  const controller = context.handle?.controller;
  // The panel follows what the active pane shows; the room itself need not be drawn anew for every slice.
  const state = useSyncExternalStore(controller?.subscribe ?? nothing, () => controller?.state());
  const now = { ...context, state };
  const fitting = panels.filter((panel) => panel.fits(now));
  const panel = panels.find(({ id }) => id === open);
  if (!panel) return null;
  const keep = (next: number) => {
    setWidth(clip(next));
    localStorage.setItem(WIDTH_KEY, String(clip(next)));
  };
  const onMove = (event: PointerEvent) => {
    if (from.current) keep(from.current.width + from.current.x - event.clientX);
  };
  return (
    <aside className="v-column" style={{ width }} aria-label={panel.name}>
      {/* biome-ignore lint/a11y/useSemanticElements: a rule between two parts that can be moved. */}
      <div
        className="v-column-edge"
        role="separator"
        tabIndex={0}
        aria-orientation="vertical"
        aria-label="Width of the panel"
        aria-valuemin={NARROWEST}
        aria-valuemax={WIDEST}
        aria-valuenow={width}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          from.current = { x: event.clientX, width };
        }}
        onPointerMove={onMove}
        onPointerUp={() => {
          from.current = undefined;
        }}
        onKeyDown={(event) => {
          const by = event.key === "ArrowLeft" ? 16 : event.key === "ArrowRight" ? -16 : 0;
          if (by === 0) return;
          event.preventDefault();
          event.stopPropagation();
          keep(width + by);
        }}
      />
      <header>
        <label className="v-choice">
          {panel.name}
          <select aria-label="Panel" value={panel.id} onChange={({ target }) => onOpen(target.value)}>
            {[...new Set([panel, ...fitting])].map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <button type="button" aria-label={`Close ${panel.name}`} onClick={() => onOpen(undefined)}>
          ✕
        </button>
      </header>
      <div className="v-column-body">
        {panel.fits(now) ? (
          <panel.Panel {...now} />
        ) : (
          <p className="v-column-none">{panel.name} does not apply to what the active pane shows.</p>
        )}
      </div>
    </aside>
  );
}

function clip(width: number): number {
  return Math.round(Math.min(WIDEST, Math.max(NARROWEST, width)));
}
