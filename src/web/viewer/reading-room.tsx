import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import type { AnalysisView, CaseKind, SeriesView } from "../../cases/views.ts";
import { layouts } from "../api/reading.ts";
import { CommandKeys } from "./command-keys.tsx";
import { BeforeWords } from "./hanging/before-words.tsx";
import { openingMode, type PanePlan } from "./hanging/hang.ts";
import { PaneCell } from "./hanging/pane-cell.tsx";
import { READING_PANELS } from "./hanging/reading-panels.ts";
import { RoleDialog } from "./hanging/role-dialog.tsx";
import type { ReadingContext, RoomControls } from "./hanging/room-controls.ts";
import { deleteLayout, SaveLayoutDialog } from "./hanging/save-layout-dialog.tsx";
import { layoutOf } from "./hanging/saved-layout.ts";
import { SeriesStrip } from "./hanging/series-strip.tsx";
import { SideColumn } from "./hanging/side-column.tsx";
import { StageBar } from "./hanging/stage-bar.tsx";
import { paneId, usePanes } from "./hanging/use-panes.ts";
import { useWall } from "./hanging/use-wall.ts";
import type { MoveInput } from "./maps/map-layer.tsx";
import { canDraw } from "./pane/can-draw.ts";
import { startEngine } from "./pane/engine.ts";
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
  /** What is asked: chooses the reading script. Left out: the series do. */
  readonly kind?: CaseKind;
  /** "214 of 480 images are here"; left out: nothing is on its way. */
  readonly arriving?: string;
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
  { act: "column", name: "Panel", key: "E" },
] as const;
const MAP_VIEWS: readonly MapView[] = ["over", "alone", "off"];
/** The open panel, and the one that was open last: kept in the browser. */
const PANEL_KEY = "willis.side-column.panel";
const LAST_KEY = "willis.side-column.last";
const NONE: readonly AnalysisView[] = [];

/** The case on one page: images that hang themselves by a reading script, all series and tools in a line below. */
export function ReadingRoom(props: ReadingRoomProps) {
  return props.layout === "phone" ? <PhoneRoom {...props} /> : <DesktopRoom {...props} />;
}

function DesktopRoom({ caseId, kind, arriving, series, analyses = NONE, onMoveAif }: ReadingRoomProps) {
  const [running] = useState(() => canDraw() && Boolean(startEngine(false)));
  const queries = useQueryClient();
  const { data: saved } = useQuery(layouts);
  const room = usePanes(series, analyses, { kind, arriving, saved });
  const { hanging, plans, active } = room;
  const grid = useRef<HTMLDivElement>(null);
  const tool = useToolInHand();
  const [switches, setSwitches] = useState({ overlays: true, solo: false, play: false });
  const [panel, setPanel] = useState(() => localStorage.getItem(PANEL_KEY) || undefined);
  const [asking, setAsking] = useState<"save" | { readonly role: string }>();
  const [mapView, setMapView] = useState<MapView>("over");
  const [opacity, setOpacity] = useState(0.85);
  const wall = useWall({ caseId, studyUid: series[0]?.studyUid ?? "" }, switches.play);
  useResize(grid, running);
  useEffect(() => {
    if (running) takeInHand(tool);
  }, [tool, running]);
  const handle = room.handle();
  const { follow, tell } = wall;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the wall follows the active pane, whatever hangs in it.
  useEffect(() => {
    follow(handle);
    return handle?.controller.subscribe(tell);
  }, [handle]);

  const showPanel = useCallback((id: string | undefined) => {
    setPanel(id);
    localStorage.setItem(PANEL_KEY, id ?? "");
    if (id) localStorage.setItem(LAST_KEY, id);
  }, []);
  const change = (plan: PanePlan) => room.change(active, plan);
  const opening = (one: SeriesView): PanePlan => ({ seriesUid: one.seriesUid, mode: openingMode(one, analyses) });
  const find = (seriesUid: string | undefined) => series.find((one) => one.seriesUid === seriesUid);
  const controls: RoomControls = {
    touch: () => room.setActive(active),
    step: room.step,
    change,
    activate: (by) => room.setActive((active + by + plans.length) % plans.length),
    toggle(what) {
      if (what === "link") room.setLinked((on) => !on);
      else if (what === "column")
        showPanel(panel ? undefined : (localStorage.getItem(LAST_KEY) ?? READING_PANELS[0]?.id));
      else setSwitches((now) => ({ ...now, [what]: !now[what] }));
    },
    nextMapView: () => setMapView((now) => MAP_VIEWS[(MAP_VIEWS.indexOf(now) + 1) % 3]!),
    showObject() {
      const [plan, one] = [plans[active], find(plans[active]?.seriesUid)];
      if (plan && one) change(plan.mode === "object" ? opening(one) : { seriesUid: one.seriesUid, mode: "object" });
    },
    openPanel: showPanel,
    stage: hanging.go,
    grid: hanging.setGrid,
    swap: () => hanging.swap(active, (active + 1) % plans.length),
    anew: hanging.anew,
    save: () => setAsking("save"),
    askRole: () => plans[active] && setAsking({ role: plans[active].seriesUid }),
    wall: wall.open,
    point: wall.togglePointer,
  };
  const context = (): ReadingContext => ({
    ...{ caseId, series, analyses, setPlan: change, open: hanging.putAll, room: controls },
    ...{ handle: room.handle(), state: room.handle()?.controller.state(), handles: room.handles },
  });

  if (room.plan.kind === "empty")
    return <p className="v-nothing">Nothing here yet. Images and reports appear as they arrive.</p>;
  const hasMap = plans.some((plan) => plan?.mode === "map");
  const visible = room.panes
    .map((pane, index) => ({ ...pane, index }))
    .filter(({ index }) => !switches.solo || index === active);
  const corrected = typeof asking === "object" ? find(asking.role) : undefined;
  const layout =
    asking === "save"
      ? layoutOf(
          hanging.grid,
          plans,
          plans.map((_, k) => room.handles().get(paneId(k))?.controller.state()),
          series,
        )
      : undefined;
  return (
    <div className="v-room" data-layout="desktop" data-hanging={room.plan.kind} data-script={hanging.script.id}>
      <StageBar
        hanging={hanging}
        onSave={controls.save}
        onRemove={(id) => {
          hanging.choose(hanging.own.id);
          void deleteLayout(id, () => queries.invalidateQueries({ queryKey: layouts.queryKey }));
        }}
      />
      <div className="v-beside">
        <div
          className="v-grid"
          ref={grid}
          data-grid={visible.length === 1 ? "1" : hanging.grid}
          data-panes={visible.length}
        >
          {visible.map(({ plan, waits, index }) => (
            <PaneCell
              key={paneId(index)}
              index={index}
              waits={waits}
              onSeries={(seriesUid) => {
                const one = find(seriesUid);
                if (one) room.change(index, opening(one));
                room.setActive(index);
              }}
              onSwap={(other) => hanging.swap(index, other)}
              onSolo={() => controls.toggle("solo")}
            >
              {plan && (index === 0 || room.others || switches.solo) ? (
                <Pane
                  id={paneId(index)}
                  plan={plan}
                  room={{ series, analyses }}
                  active={index === active}
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
              ) : null}
              {plan && <BeforeWords {...{ index, plans, series, analyses }} handles={room.handles()} />}
            </PaneCell>
          ))}
          {visible.length === 0 ? (
            <p className="v-nothing">None of the series of this layout are in this case.</p>
          ) : null}
        </div>
        {panel ? (
          <SideColumn panels={READING_PANELS} context={{ ...context(), handle }} open={panel} onOpen={showPanel} />
        ) : null}
      </div>
      <div className="v-bar">
        <SeriesStrip
          series={series}
          analyses={analyses}
          open={new Set(plans.map((plan) => plan?.seriesUid))}
          current={plans[active]?.seriesUid}
          onOpen={(one) => change(opening(one))}
          onRole={(one) => setAsking({ role: one.seriesUid })}
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
          pressed={{ play: switches.play, link: room.linked, solo: switches.solo, column: panel !== undefined }}
          acts={ACTS}
        />
      </div>
      {corrected ? <RoleDialog series={corrected} onClose={() => setAsking(undefined)} /> : null}
      {layout ? (
        <SaveLayoutDialog
          layout={layout}
          onClose={() => setAsking(undefined)}
          onSaved={(id) => hanging.choose(`saved:${id}`)}
        />
      ) : null}
      <CommandKeys commands={READING_COMMANDS} context={context} />
    </div>
  );
}
