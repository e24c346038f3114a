import { type TouchEvent, useEffect, useRef, useState } from "react";
import type { AnalysisView } from "../../cases/views.ts";
import { kindName, latestResult, listed, openingMode, type PanePlan } from "./hanging/hang.ts";
import { usePanes } from "./hanging/use-panes.ts";
import { mapStyle } from "./maps/map-style.ts";
import { takeTool } from "./measure/tools.ts";
import { canDraw, startEngine } from "./pane/engine.ts";
import { Pane, type PaneHandle } from "./pane/pane.tsx";
import { CT_PRESETS } from "./pane/presets.ts";
import { useResize } from "./pane/use-resize.ts";
import type { ReadingRoomProps } from "./reading-room.tsx";
import "./viewer.css";

const NONE: readonly AnalysisView[] = [];
const SWIPE_PX = 70;

/**
 * The phone: one image, its series as chips above, windows below. One finger scrolls, a quick sideways swipe goes to
 * the next chip, two fingers zoom and pan.
 */
export function PhoneRoom({ series, analyses = NONE }: ReadingRoomProps) {
  const [running] = useState(() => canDraw() && Boolean(startEngine(true)));
  const room = usePanes(series, analyses);
  const [index, setIndex] = useState(0);
  const [playing, setPlaying] = useState(false);
  const [handle, setHandle] = useState<PaneHandle>();
  const start = useRef<{ x: number; y: number; at: number } | undefined>(undefined);
  const frame = useRef<HTMLDivElement>(null);
  useResize(frame, running);
  useEffect(() => {
    if (running) takeTool("window", "scroll");
  }, [running]);

  const hung = room.plan.panes;
  const others: PanePlan[] = listed(series)
    .filter((one) => openingMode(one, analyses) !== "map" && !hung.some((pane) => pane.seriesUid === one.seriesUid))
    .map((one) => ({ seriesUid: one.seriesUid, mode: openingMode(one, analyses) }));
  const chips = [...hung, ...others];
  const plan = chips[Math.min(index, chips.length - 1)];
  const onHandle = useRef((id: string, next: PaneHandle | undefined) => {
    setHandle(next);
    room.onHandle(id, next);
  });
  if (!plan) return <p className="v-nothing">Nothing here yet. Images and reports appear as they arrive.</p>;

  const name = (one: PanePlan) => {
    if (one.map) return mapStyle(one.map, latestResult(analyses)).label;
    const of = series.find(({ seriesUid }) => seriesUid === one.seriesUid);
    const role = of ? kindName(of) : "";
    return one.mode === "mip" ? `${role} MIP` : role;
  };
  const turn = (to: number) => {
    room.forget();
    setIndex(to);
  };
  const onStart = (event: TouchEvent) => {
    const touch = event.touches[0];
    start.current =
      event.touches.length === 1 && touch ? { x: touch.clientX, y: touch.clientY, at: event.timeStamp } : undefined;
  };
  const onEnd = (event: TouchEvent) => {
    const touch = event.changedTouches[0];
    if (!start.current || !touch || event.timeStamp - start.current.at > 400) return;
    const [dx, dy] = [touch.clientX - start.current.x, touch.clientY - start.current.y];
    if (Math.abs(dx) < SWIPE_PX || Math.abs(dy) > Math.abs(dx) / 2) return;
    turn(Math.min(chips.length - 1, Math.max(0, index + (dx < 0 ? 1 : -1))));
  };
  const role = series.find(({ seriesUid }) => seriesUid === plan.seriesUid)?.role ?? "";
  const isCt = ["NCCT", "CTA", "CTP", "3DRA"].includes(role);
  const plays = Boolean(handle?.content?.times);
  return (
    <div className="v-room" data-layout="phone" data-hanging={room.plan.kind}>
      <fieldset className="v-chips" aria-label="Series">
        {chips.map((one, k) => (
          <button
            key={`${one.seriesUid}${one.plane}`}
            type="button"
            aria-pressed={one === plan}
            onClick={() => turn(k)}
          >
            {name(one)}
          </button>
        ))}
      </fieldset>
      <div className="v-grid" ref={frame} data-columns={1} data-panes={1} onTouchStart={onStart} onTouchEnd={onEnd}>
        <Pane
          id="pane-1"
          plan={plan}
          room={{ series, analyses }}
          active
          compact
          overlays
          mapView="over"
          opacity={0.85}
          playing={playing}
          onActivate={() => {}}
          onHandle={onHandle.current}
          onDrawn={room.onDrawn}
        />
      </div>
      <div className="v-thumbs">
        {isCt &&
          CT_PRESETS.slice(0, 5).map((preset) => (
            <button key={preset.key} type="button" onClick={() => handle?.controller.setWindow(preset)}>
              {preset.name}
            </button>
          ))}
        {plays && (
          <button type="button" aria-pressed={playing} onClick={() => setPlaying((on) => !on)}>
            {playing ? "Stop" : "Play"}
          </button>
        )}
        <button type="button" onClick={() => handle?.controller.reset()}>
          Reset
        </button>
      </div>
    </div>
  );
}
