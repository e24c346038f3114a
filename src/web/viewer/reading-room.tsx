import { useCallback, useEffect, useRef, useState } from "react";
import type { AnalysisView, SeriesView } from "../../cases/views.ts";
import { toggleRaw } from "./angio/subtraction-control.ts";
import { openingMode } from "./hanging/hang.ts";
import { SeriesStrip } from "./hanging/series-strip.tsx";
import { paneId, usePanes } from "./hanging/use-panes.ts";
import { KeyMap } from "./key-map.tsx";
import { type Act, READING_KEYS } from "./keys.ts";
import type { MoveInput } from "./maps/map-layer.tsx";
import { deleteMarked, type ToolName, takeTool } from "./measure/tools.ts";
import { canDraw, startEngine } from "./pane/engine.ts";
import { Pane } from "./pane/pane.tsx";
import type { MapView } from "./pane/pane-content.ts";
import { CT_PRESETS } from "./pane/presets.ts";
import { useResize } from "./pane/use-resize.ts";
import { PhoneRoom } from "./phone-room.tsx";
import { ToolBar } from "./tool-bar.tsx";
import { useKeys } from "./use-keys.ts";
import "./viewer.css";

export interface ReadingRoomProps {
  readonly series: readonly SeriesView[];
  readonly analyses?: readonly AnalysisView[];
  readonly layout?: "desktop" | "phone";
  /** A person took an input function elsewhere: the position is LPS mm. Left out: markers cannot be moved. */
  readonly onMoveAif?: MoveInput;
}

const ACTS = [
  { act: "play", name: "Play", key: "Space" },
  { act: "link", name: "Link", key: "K" },
  { act: "one-pane", name: "One", key: "F" },
  { act: "object", name: "Header", key: "H" },
  { act: "help", name: "?", key: "?" },
] as const;
const MAP_VIEWS: readonly MapView[] = ["over", "alone", "off"];

/** The case on one page: images that hang themselves, a line with all series and tools below them. */
export function ReadingRoom(props: ReadingRoomProps) {
  return props.layout === "phone" ? <PhoneRoom {...props} /> : <DesktopRoom {...props} />;
}

const NONE: readonly AnalysisView[] = [];

function DesktopRoom({ series, analyses = NONE, onMoveAif }: ReadingRoomProps) {
  const [running] = useState(() => canDraw() && Boolean(startEngine(false)));
  const room = usePanes(series, analyses);
  const grid = useRef<HTMLDivElement>(null);
  const [tool, setTool] = useState<ToolName>("window");
  const [overlays, setOverlays] = useState(true);
  const [help, setHelp] = useState(false);
  const [solo, setSolo] = useState(false);
  const [playing, setPlaying] = useState(false);
  const [mapView, setMapView] = useState<MapView>("over");
  const [opacity, setOpacity] = useState(0.85);
  useResize(grid, running);
  useEffect(() => {
    if (running) takeTool(tool);
  }, [tool, running]);

  const act = useCallback(
    (name: Act) => {
      const handle = room.handle();
      const controller = handle?.controller;
      const preset = CT_PRESETS.find(({ key }) => name === `preset-${key}`);
      if (preset) controller?.setWindow(preset);
      else if (name.startsWith("tool-")) setTool(name.slice(5) as ToolName);
      else if (name === "next" || name === "previous") {
        room.setActive(room.active);
        controller?.scroll(name === "next" ? 1 : -1);
      } else if (name === "first") controller?.goTo(0);
      else if (name === "last") controller?.goTo(Number.POSITIVE_INFINITY);
      else if (name === "invert") controller?.invert();
      else if (name === "reset") controller?.reset();
      else if (name === "overlays") setOverlays((on) => !on);
      else if (name === "help") setHelp((on) => !on);
      else if (name === "one-pane") setSolo((on) => !on);
      else if (name === "object") {
        const plan = room.panes[room.active];
        const one = series.find(({ seriesUid }) => seriesUid === plan?.seriesUid);
        if (!plan || !one) return;
        const opening = openingMode(one, analyses);
        const mode = plan.mode === "object" ? opening : "object";
        room.change(room.active, { seriesUid: one.seriesUid, mode });
      } else if (name === "link") room.setLinked((on) => !on);
      else if (name === "play") setPlaying((on) => !on);
      else if (name === "delete") deleteMarked();
      else if (name === "raw" && handle) void toggleRaw(handle);
      else if (name === "map-style") setMapView((now) => MAP_VIEWS[(MAP_VIEWS.indexOf(now) + 1) % 3]!);
      else if (name === "series-next" || name === "series-previous") room.step(name === "series-next" ? 1 : -1);
    },
    [room, series, analyses],
  );
  useKeys(READING_KEYS, act);

  if (room.plan.kind === "empty")
    return <p className="v-nothing">Nothing here yet. Images and reports appear as they arrive.</p>;
  const hasMap = room.panes.some(({ mode }) => mode === "map");
  const visible = room.panes
    .map((pane, index) => ({ pane, index }))
    .filter(({ index }) => !solo || index === room.active);
  const columns = visible.length === 1 ? 1 : room.plan.columns;
  return (
    <div className="v-room" data-layout="desktop" data-hanging={room.plan.kind}>
      <div className="v-grid" ref={grid} data-columns={columns} data-panes={visible.length}>
        {visible.map(({ pane, index }) => (
          <Pane
            key={paneId(index)}
            id={paneId(index)}
            plan={pane}
            room={{ series, analyses }}
            active={index === room.active}
            overlays={overlays}
            mapView={mapView}
            opacity={opacity}
            playing={playing}
            onActivate={() => room.setActive(index)}
            onPlan={(next) => room.change(index, next)}
            onHandle={room.onHandle}
            onDrawn={room.onDrawn}
            {...(onMoveAif ? { onMove: onMoveAif } : {})}
          />
        ))}
      </div>
      <div className="v-bar">
        <SeriesStrip
          series={series}
          analyses={analyses}
          open={new Set(room.panes.map(({ seriesUid }) => seriesUid))}
          current={room.panes[room.active]?.seriesUid}
          onOpen={(one) => room.change(room.active, { seriesUid: one.seriesUid, mode: openingMode(one, analyses) })}
        />
        {hasMap && (
          <label className="v-opacity">
            Map
            <input
              type="range"
              min={0}
              max={1}
              step={0.05}
              value={opacity}
              aria-label="Opacity of the map"
              onChange={(event) => setOpacity(Number(event.target.value))}
            />
          </label>
        )}
        <ToolBar
          tool={tool}
          onTool={setTool}
          onAct={act}
          pressed={{ play: playing, link: room.linked, "one-pane": solo }}
          acts={ACTS}
        />
      </div>
      {help && <KeyMap bindings={READING_KEYS} onClose={() => setHelp(false)} />}
    </div>
  );
}
