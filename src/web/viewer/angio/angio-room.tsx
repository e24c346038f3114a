import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import type { SeriesView } from "../../../cases/views.ts";
import { phaseOf } from "../../../imaging/angiography/bolus-phases.ts";
import { CineBar } from "../cine/cine-bar.tsx";
import { CommandKeys } from "../command-keys.tsx";
import { isObject, openingMode } from "../hanging/hang.ts";
import { useFirstDrawn } from "../hanging/use-first-drawn.ts";
import { markKeyImage } from "../measure/key-images.ts";
import { takeTool } from "../measure/tools.ts";
import { ObjectPane } from "../objects/object-pane.tsx";
import { canDraw } from "../pane/can-draw.ts";
import { number, TAG } from "../pane/dicom-json.ts";
import { startEngine } from "../pane/engine.ts";
import { Pane } from "../pane/pane.tsx";
import { useResize } from "../pane/use-resize.ts";
import { takeInHand, useToolInHand } from "../tool-in-hand.ts";
import type { AngioControls, AngioRoomContext } from "./angio-commands.ts";
import type { AngioContext } from "./angio-panels.ts";
import { AngioTools } from "./angio-tools.tsx";
import { usePartner } from "./biplane-partner.ts";
import { DensityStrip } from "./density-strip.tsx";
import {
  filterWords,
  maskWordsAt,
  relationshipWarning,
  type Subtraction,
  shiftWords,
  withMask,
} from "./mask-frames.ts";
import { ROOM_COMMANDS } from "./panel-commands.ts";
import { PanelStack } from "./panel-stack.tsx";
import { RoadmapLayer } from "./roadmap-layer.tsx";
import { changeRoadmap, useRoadmap } from "./roadmap-store.ts";
import { useRunCurves } from "./run-curves.ts";
import { rawFrames, subtractedFrames } from "./run-frames.ts";
import { type RunPane, useRunPane } from "./run-pane.ts";
import { RunStrip } from "./run-strip.tsx";
import { usePictures } from "./snapshot.ts";
import { SubtractionPanel } from "./subtraction-panel.tsx";
import { useAlignment } from "./use-alignment.ts";
import "../viewer.css";
import "./angio.css";

export interface AngioRoomProps {
  readonly caseId?: string;
  readonly series: readonly SeriesView[];
  /** What the page adds below the subtraction panel. */
  readonly children?: ReactNode;
}

const SHOWN = new Set(["DSA", "XA", "RF", "3DRA"]);
const NONE: readonly number[] = [];
const NO_ANALYSES: AngioContext["analyses"] = [];

/** Runs subtracted live, one or two at a time: runs at the left, the image, its curves below, panels at the right. */
export function AngioRoom({ caseId, series, children }: AngioRoomProps) {
  const [running] = useState(() => canDraw() && Boolean(startEngine(false)));
  const [begun, tellDrawn] = useFirstDrawn();
  const runs = useMemo(() => series.filter(({ role }) => SHOWN.has(role)), [series]);
  // Dose reports and other documents of the examination lie beside its runs.
  const objects = useMemo(() => series.filter((one) => isObject(one) && one.instances > 0), [series]);
  const [chosen, setChosen] = useState<string>();
  const [second, setSecond] = useState<string>();
  const [two, setTwo] = useState(false);
  const [at, setAt] = useState<0 | 1>(0);
  const object = objects.find(({ seriesUid }) => seriesUid === chosen);
  const run = runs.find(({ seriesUid }) => seriesUid === chosen) ?? runs[0];
  const partner = usePartner(run, runs);
  const beside = two ? (runs.find(({ seriesUid }) => seriesUid === second) ?? partner) : undefined;
  const panes = [useRunPane(), useRunPane()] as const;
  const { handle, state, subtraction, change } = panes[beside ? at : 0];
  const [overlays, setOverlays] = useState(true);
  const [playing, setPlaying] = useState(false);
  const [panel, setPanel] = useState<string>();
  const isDrawn = panes[0].state?.status === "rendered";
  useEffect(() => {
    if (isDrawn) tellDrawn();
  }, [isDrawn, tellDrawn]);
  const tool = useToolInHand();
  const { roadmap } = useRoadmap();
  const stage = useRef<HTMLDivElement>(null);
  useResize(stage, running);
  useEffect(() => {
    if (running) takeTool(tool);
  }, [tool, running]);

  // Two halves are no longer as wide as one: each run is fitted anew.
  const isBeside = beside !== undefined;
  const fit = useRef(() => {});
  fit.current = () => {
    for (const one of panes) if (one.subtraction && !one.subtraction.raw) one.handle?.controller.reset();
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: when there are two panes, or one again.
  useEffect(() => {
    // once soon, and once more when a slow machine has resized its canvases
    const timers = [250, 1000].map((ms) => setTimeout(() => fit.current(), ms));
    return () => {
      for (const timer of timers) clearTimeout(timer);
    };
  }, [isBeside]);

  const content = handle?.content;
  const times = content?.times?.times ?? NONE;
  const density = useRunCurves(begun ? content : undefined, subtraction?.mask ?? NONE);
  const frame = state?.slice ?? 0;
  const alignment = useAlignment(handle, subtraction, frame, change);
  const beforeContrast = density.choice?.arrival ? density.choice.frames : undefined;
  // A run that names no mask: as soon as all frames are here, the frames before contrast are.
  const found = subtraction?.maskFrom === "first frames" ? beforeContrast : undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when a choice comes up.
  useEffect(() => {
    if (found && subtraction) change(withMask(subtraction, found, "found before contrast"));
  }, [found]);
  const pictures = usePictures(handle, state);

  const open = (seriesUid: string) => {
    if (beside && at === 1 && runs.some((one) => one.seriesUid === seriesUid)) setSecond(seriesUid);
    else setChosen(seriesUid);
  };
  const angio: AngioControls = {
    ...{ alignment, beforeContrast, openPanel: setPanel },
    step: (by) => {
      const now = runs.findIndex(({ seriesUid }) => seriesUid === (beside && at === 1 ? beside : run)?.seriesUid);
      const next = runs[Math.min(runs.length - 1, Math.max(0, now + by))];
      if (next) open(next.seriesUid);
    },
    activate: () => beside && setAt(at === 0 ? 1 : 0),
    toggle: (what) => {
      if (what === "play") setPlaying((on) => !on);
      else if (what === "overlays") setOverlays((on) => !on);
      else if (what === "two") setTwo((on) => !on);
      else if (roadmap) changeRoadmap({ shown: !roadmap.shown });
      else setPanel("roadmap");
    },
  };
  const context: AngioRoomContext = {
    ...{ caseId, series, analyses: NO_ANALYSES, handle, state, content, subtraction, frame, times, angio },
    handles: () => new Map(panes.flatMap((pane, k) => (pane.handle ? [[PANE_IDS[k]!, pane.handle]] : []))),
    onSubtraction: change,
    onFrame: (k) => handle?.controller.goTo(k),
    frames: () => rawFrames(content),
    subtractedFrames: () => subtractedFrames(content, subtraction),
  };

  if (!run) return <p className="v-nothing">No angiographic run yet. Runs appear here as they arrive.</p>;
  const instance = content?.instance;
  const bottomLeft = (k: number): string => {
    const own = panes[k]!;
    const shown = own.state?.slice ?? 0;
    const stated = own.handle?.content?.times;
    // The pace of a run that states no times is assumed: no time is told of its frames.
    const seconds = stated?.source === "not stated" ? undefined : stated?.times[shown];
    const phase = k === (beside ? at : 0) && density.curves ? ` · ${phaseOf(frame, density.curves)}` : "";
    return `frame ${shown + 1} / ${own.state?.count ?? 0}${seconds === undefined ? "" : ` · ${seconds.toFixed(2)} s`}${phase}`;
  };
  return (
    <div className="v-room v-angio" data-layout="angio" data-panes={beside ? 2 : 1}>
      <RunStrip
        runs={runs}
        objects={objects}
        current={(object ?? (beside && at === 1 ? beside : run)).seriesUid}
        pictures={pictures}
        begun={begun}
        onOpen={open}
      />
      <div className="v-stage" ref={stage}>
        <AngioTools tool={tool} onTool={takeInHand} context={context} isTwo={two} />
        {[run, ...(beside ? [beside] : [])].map((one, k) => (
          <div key={PANE_IDS[k]} className="v-stage-pane" data-active={k === at || !beside}>
            <Pane
              id={PANE_IDS[k]!}
              plan={{ seriesUid: one.seriesUid, mode: openingMode(one) }}
              room={{ series, analyses: [] }}
              active={k === (beside ? at : 0)}
              overlays={overlays}
              mapView="off"
              opacity={0}
              playing={playing}
              onActivate={() => setAt(k as 0 | 1)}
              onHandle={panes[k]!.onHandle}
              onDrawn={panes[k]!.onDrawn}
              corners={{ topRight: topRight(panes[k]!), bottomLeft: bottomLeft(k) }}
            />
            <RoadmapLayer paneId={PANE_IDS[k]!} state={panes[k]!.state} seriesUid={one.seriesUid} />
          </div>
        ))}
      </div>
      {object && (
        <div className="v-page">
          <ObjectPane
            key={object.seriesUid}
            id="angio-object"
            plan={{ seriesUid: object.seriesUid, mode: "object" }}
            room={{ series, analyses: [] }}
            active
            onActivate={() => {}}
            onPlan={({ seriesUid }) => setChosen(seriesUid)}
          />
        </div>
      )}
      {times.length > 1 && content && (
        <div className="v-under">
          <DensityStrip
            {...{ run: density, times, frame }}
            timed={content.times?.source !== "not stated"}
            onFrame={context.onFrame}
          />
          <CineBar
            {...{ content, playing, frame }}
            onPlay={() => angio.toggle("play")}
            onStep={(by) => handle?.controller.scroll(by)}
          />
        </div>
      )}
      <aside className="v-side">
        {subtraction && instance && (
          <SubtractionPanel
            subtraction={subtraction}
            frames={number(instance, TAG.NumberOfFrames) ?? 1}
            frame={frame}
            windowWidth={(state?.window?.width ?? 600) / 1000}
            warning={relationshipWarning(instance)}
            alignment={alignment}
            beforeContrast={beforeContrast}
            onChange={change}
            onFrame={context.onFrame}
            onWindow={(width) => handle?.controller.setWindow({ width: 1000 * width, level: -250 * width })}
          />
        )}
        {begun && <PanelStack context={context} chosen={panel} onChoose={setPanel} />}
        {children}
        <footer>
          <button
            type="button"
            className="v-key-image"
            title="Mark this frame as a key image for the report (Shift K)"
            onClick={() => void markKeyImage(handle, "report", "")}
          >
            Key image
          </button>
        </footer>
      </aside>
      <CommandKeys commands={ROOM_COMMANDS} context={() => context} />
    </div>
  );
}

const PANE_IDS = ["angio", "angio-b"] as const;

/** Mask, motion and filters of the frame in a pane. */
function topRight({ subtraction, state }: RunPane): readonly string[] {
  if (!subtraction) return [];
  if (subtraction.raw) return ["raw"];
  const frame = state?.slice ?? 0;
  return [
    `subtracted, mask = ${maskWordsAt(subtraction, frame)}`,
    ...shiftWords(subtraction, frame),
    ...filters(subtraction),
  ];
}

function filters(subtraction: Subtraction): readonly string[] {
  const words = filterWords(subtraction);
  return words.length > 0 ? [`${words.join(", ")}: a picture, no measurement`] : [];
}
