import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { AnalysisView, SeriesView } from "../../cases/views.ts";
import { CommandKeys } from "./command-keys.tsx";
import { openingMode, type PanePlan } from "./hanging/hang.ts";
import { READING_PANELS } from "./hanging/reading-panels.ts";
import type { ReadingContext, RoomControls } from "./hanging/room-controls.ts";
import { SeriesStrip } from "./hanging/series-strip.tsx";
import { SideColumn } from "./hanging/side-column.tsx";
import { paneId, usePanes } from "./hanging/use-panes.ts";
import type { MoveInput } from "./maps/map-layer.tsx";
import { canDraw, startEngine } from "./pane/engine.ts";
import { Pane } from "./pane/pane.tsx";
import type { MapView } from "./pane/pane-content.ts";
import { useResize } from "./pane/use-resize.ts";
import { PhoneRoom } from "./phone-room.tsx";
import { READING_COMMANDS } from "./reading-commands.ts";
import { ToolBar } from "./tool-bar.tsx";
import { takeInHand, useToolInHand } from "./tool-in-hand.ts";
import "./viewer.css";
import "./hanging/hanging.css";

export interface ReadingRoomProps {
  /** Left out where a study is read outside a case. */
  readonly caseId?: string;
  readonly series: readonly SeriesView[];
  readonly analyses?: readonly AnalysisView[];
  readonly layout?: "desktop" | "phone";
  /** A person took an input function elsewhere: the position is LPS mm. Left out: markers cannot be moved. */
  readonly onMoveAif?: MoveInput;
}

const ACTS = [
  { act: "play", name: "Play", key: "C" },
  { act: "link", name: "Link", key: "K" },
  { act: "solo", name: "One", key: "F" },
] as const;
const MAP_VIEWS: readonly MapView[] = ["over", "alone", "off"];
const PANEL_KEY = "willis.side-column.panel";

/** The case on one page: images that hang themselves, a line with all series and tools below them. */
export function ReadingRoom(props: ReadingRoomProps) {
  return props.layout === "phone" ? <PhoneRoom {...props} /> : <DesktopRoom {...props} />;
}

const NONE: readonly AnalysisView[] = [];

function DesktopRoom({ caseId, series, analyses = NONE, onMoveAif }: ReadingRoomProps) {
  const [running] = useState(() => canDraw() && Boolean(startEngine(false)));
  const room = usePanes(series, analyses);
  const grid = useRef<HTMLDivElement>(null);
  const tool = useToolInHand();
  const [switches, setSwitches] = useState({ overlays: true, solo: false, play: false });
  const [panel, setPanel] = useState(() => localStorage.getItem(PANEL_KEY) ?? undefined);
  const [mapView, setMapView] = useState<MapView>("over");
  const [opacity, setOpacity] = useState(0.85);
  useResize(grid, running);
  useEffect(() => {
    if (running) takeInHand(tool);
  }, [tool, running]);

  const showPanel = useCallback((id: string | undefined) => {
    setPanel(id);
    if (id) localStorage.setItem(PANEL_KEY, id);
    else localStorage.removeItem(PANEL_KEY);
  }, []);
  const change = (plan: PanePlan) => room.change(room.active, plan);
  const controls: RoomControls = {
    touch: () => room.setActive(room.active),
    step: room.step,
    change,
    activate: (by) => room.setActive((room.active + by + room.panes.length) % room.panes.length),
    toggle(what) {
      if (what === "link") room.setLinked((on) => !on);
      else if (what === "column")
        showPanel(panel ? undefined : (localStorage.getItem(PANEL_KEY) ?? READING_PANELS[0]?.id));
      else setSwitches((now) => ({ ...now, [what]: !now[what] }));
    },
    nextMapView: () => setMapView((now) => MAP_VIEWS[(MAP_VIEWS.indexOf(now) + 1) % 3]!),
    showObject() {
      const plan = room.panes[room.active];
      const one = series.find(({ seriesUid }) => seriesUid === plan?.seriesUid);
      if (!plan || !one) return;
      change({ seriesUid: one.seriesUid, mode: plan.mode === "object" ? openingMode(one, analyses) : "object" });
    },
    openPanel: showPanel,
  };
  const handle = room.handle();
  const context = (): ReadingContext => ({
    ...{ caseId, series, analyses, setPlan: change, room: controls },
    ...{ handle: room.handle(), state: room.handle()?.controller.state(), handles: room.handles },
  });

  const visible = useMemo(
    () =>
      room.panes.map((pane, index) => ({ pane, index })).filter(({ index }) => !switches.solo || index === room.active),
    [room.panes, room.active, switches.solo],
  );
  if (room.plan.kind === "empty")
    return <p className="v-nothing">Nothing here yet. Images and reports appear as they arrive.</p>;
  const hasMap = room.panes.some(({ mode }) => mode === "map");
  const columns = visible.length === 1 ? 1 : room.plan.columns;
  return (
    <div className="v-room" data-layout="desktop" data-hanging={room.plan.kind}>
      <div className="v-beside">
        <div className="v-grid" ref={grid} data-columns={columns} data-panes={visible.length}>
          {visible.map(({ pane, index }) => (
            <Pane
              key={paneId(index)}
              id={paneId(index)}
              plan={pane}
              room={{ series, analyses }}
              active={index === room.active}
              overlays={switches.overlays}
              mapView={mapView}
              opacity={opacity}
              playing={switches.play}
              onActivate={() => room.setActive(index)}
              onPlay={() => controls.toggle("play")}
              onPlan={(next) => room.change(index, next)}
              onHandle={room.onHandle}
              onDrawn={room.onDrawn}
              {...(onMoveAif ? { onMove: onMoveAif } : {})}
            />
          ))}
        </div>
        {panel ? (
          <SideColumn panels={READING_PANELS} context={{ ...context(), handle }} open={panel} onOpen={showPanel} />
        ) : null}
      </div>
      <div className="v-bar">
        <SeriesStrip
          series={series}
          analyses={analyses}
          open={new Set(room.panes.map(({ seriesUid }) => seriesUid))}
          current={room.panes[room.active]?.seriesUid}
          onOpen={(one) => change({ seriesUid: one.seriesUid, mode: openingMode(one, analyses) })}
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
          onTool={takeInHand}
          onAct={controls.toggle}
          pressed={{ play: switches.play, link: room.linked, solo: switches.solo }}
          acts={ACTS}
        />
      </div>
      <CommandKeys commands={READING_COMMANDS} context={context} />
    </div>
  );
}
