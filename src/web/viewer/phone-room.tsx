import { type TouchEvent, useEffect, useMemo, useRef, useState } from "react";
import type { AnalysisView } from "../../cases/views.ts";
import { kindName, listed, openingMode, type PanePlan } from "./hanging/hang.ts";
import { usePanes } from "./hanging/use-panes.ts";
import { mapStyle } from "./maps/map-style.ts";
import { takeTool } from "./measure/tools.ts";
import { canDraw } from "./pane/can-draw.ts";
import { startEngine } from "./pane/engine.ts";
import { Pane, type PaneHandle } from "./pane/pane.tsx";
import { CT_PRESETS } from "./pane/presets.ts";
import { useResize } from "./pane/use-resize.ts";
import type { ReadingRoomProps } from "./reading-room.tsx";
import "./viewer.css";
import "./hanging/hanging.css";
import "./hanging/phone.css";

const NONE: readonly AnalysisView[] = [];
const SWIPE_PX = 70;

/**
 * The phone: one image, what hangs as chips above, windows and acts under the thumb. One finger or two scroll, a quick
 * sideways swipe goes to the next chip, a pinch zooms. All series are in a sheet.
 */
export function PhoneRoom({ series, analyses = NONE, kind, arriving }: ReadingRoomProps) {
  const [running] = useState(() => canDraw() && Boolean(startEngine(true)));
  const room = usePanes(series, analyses, { kind, arriving });
  const [index, setIndex] = useState(0);
  const [playing, setPlaying] = useState(false);
  const [sheet, setSheet] = useState<"series" | "windows">();
  const [handle, setHandle] = useState<PaneHandle>();
  const start = useRef<{ x: number; y: number; at: number } | undefined>(undefined);
  const frame = useRef<HTMLDivElement>(null);
  useResize(frame, running);
  useEffect(() => {
    if (running) takeTool("scroll");
  }, [running]);

  const hung = useMemo(() => room.plans.filter((plan) => plan !== undefined), [room.plans]);
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

  const seriesOf = (one: PanePlan) => series.find(({ seriesUid }) => seriesUid === one.seriesUid);
  const name = (one: PanePlan) => {
    if (one.map) return mapStyle(one.map, undefined).label;
    const of = seriesOf(one);
    if (!of) return "";
    const label = of.role === "OTHER" || of.role === "PMAP" ? kindName(of) : of.label.split(",")[0]!;
    return one.mode === "mip" ? `${of.role} MIP${one.plane && one.plane !== "axial" ? ` ${one.plane}` : ""}` : label;
  };
  const turn = (to: number) => {
    room.forget();
    setIndex(to);
    setSheet(undefined);
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
  const role = seriesOf(plan)?.role ?? "";
  const isCt = ["NCCT", "CTA", "CTP", "CBCT", "3DRA"].includes(role) && plan.mode !== "object";
  const plays = Boolean(handle?.content?.times);
  // The address alone, to be opened at the desk: it shows nothing to who is not signed in there.
  const send = () => void navigator.share?.({ title: "Willis", url: window.location.href }).catch(() => {});
  return (
    <div className="v-room" data-layout="phone" data-hanging={room.plan.kind}>
      <fieldset className="v-chips" aria-label="Series">
        {chips.map((one, k) => (
          <button
            key={`${one.seriesUid} ${one.plane} ${one.mode} ${k}`}
            type="button"
            aria-pressed={one === plan}
            onClick={() => turn(k)}
          >
            {name(one)}
          </button>
        ))}
      </fieldset>
      <div className="v-grid" ref={frame} data-grid="1" data-panes={1} onTouchStart={onStart} onTouchEnd={onEnd}>
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
        <p className="v-not-primary">Not for primary diagnosis</p>
        {sheet === "series" ? (
          <ul className="v-phone-sheet" aria-label="All series">
            {chips.map((one, k) => (
              <li key={`${one.seriesUid} ${one.plane} ${one.mode} ${k}`}>
                <button type="button" aria-pressed={one === plan} onClick={() => turn(k)}>
                  {name(one)}
                  <small>
                    {seriesOf(one)?.description} · {seriesOf(one)?.frames || seriesOf(one)?.instances}
                  </small>
                </button>
              </li>
            ))}
          </ul>
        ) : null}
        {sheet === "windows" ? (
          <ul className="v-phone-sheet" aria-label="Windows">
            {CT_PRESETS.map((preset) => (
              <li key={preset.key}>
                <button
                  type="button"
                  onClick={() => {
                    handle?.controller.setWindow(preset);
                    setSheet(undefined);
                  }}
                >
                  {preset.name}
                  <small>
                    {preset.width} / {preset.level}
                  </small>
                </button>
              </li>
            ))}
          </ul>
        ) : null}
      </div>
      <div className="v-thumbs" role="toolbar" aria-label="Image">
        <button
          type="button"
          aria-expanded={sheet === "series"}
          onClick={() => setSheet(sheet === "series" ? undefined : "series")}
        >
          Series
        </button>
        {isCt ? (
          <button
            type="button"
            aria-expanded={sheet === "windows"}
            onClick={() => setSheet(sheet === "windows" ? undefined : "windows")}
          >
            Window
          </button>
        ) : null}
        {plays ? (
          <button type="button" aria-pressed={playing} onClick={() => setPlaying((on) => !on)}>
            {playing ? "Stop" : "Play"}
          </button>
        ) : null}
        <button type="button" onClick={() => handle?.controller.invert()}>
          Invert
        </button>
        <button type="button" onClick={() => handle?.controller.reset()}>
          Reset
        </button>
        {"share" in navigator ? (
          <button type="button" onClick={send}>
            Send
          </button>
        ) : null}
      </div>
    </div>
  );
}
