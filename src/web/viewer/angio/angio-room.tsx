import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { SeriesView } from "../../../cases/views.ts";
import { phaseOf } from "../../../imaging/angiography/bolus-phases.ts";
import { CineBar } from "../cine/cine-bar.tsx";
import { isObject, openingMode } from "../hanging/hang.ts";
import { KeyMap } from "../key-map.tsx";
import { type Act, ANGIO_KEYS } from "../keys.ts";
import { deleteMarked, type ToolName, takeTool } from "../measure/tools.ts";
import { ObjectPane } from "../objects/object-pane.tsx";
import { number, TAG } from "../pane/dicom-json.ts";
import { canDraw, startEngine } from "../pane/engine.ts";
import { Pane, type PaneHandle } from "../pane/pane.tsx";
import type { PaneState } from "../pane/pane-state.ts";
import { useResize } from "../pane/use-resize.ts";
import { ToolBar } from "../tool-bar.tsx";
import { useKeys } from "../use-keys.ts";
import type { AngioContext } from "./angio-panels.ts";
import { DensityStrip } from "./density-strip.tsx";
import { maskWords, relationshipWarning, type Subtraction, shiftWords, unaligned, withMask } from "./mask-frames.ts";
import { PanelStack } from "./panel-stack.tsx";
import { useRunCurves } from "./run-curves.ts";
import { rawFrames, subtractedFrames } from "./run-frames.ts";
import { RunStrip } from "./run-strip.tsx";
import { applySubtraction, subtractionOf } from "./subtraction-control.ts";
import { SubtractionPanel } from "./subtraction-panel.tsx";
import { useAlignment } from "./use-alignment.ts";
import "../viewer.css";
import "./angio.css";

export interface AngioRoomProps {
  readonly caseId?: string;
  readonly series: readonly SeriesView[];
  /** What the page adds below the subtraction panel. */
  readonly children?: ReactNode;
  readonly onKeyImage?: (image: { readonly imageId: string; readonly dataUrl: string }) => void;
}

const SHOWN = new Set(["DSA", "XA", "RF", "3DRA"]);
const NONE: readonly number[] = [];
const NO_ANALYSES: AngioContext["analyses"] = [];
const STEPS: Readonly<Partial<Record<Act, readonly [number, number]>>> = {
  "shift-left": [-1, 0],
  "shift-right": [1, 0],
  "shift-up": [0, -1],
  "shift-down": [0, 1],
  "fine-left": [-0.1, 0],
  "fine-right": [0.1, 0],
  "fine-up": [0, -0.1],
  "fine-down": [0, 0.1],
};
const TOOLS = [
  { act: "raw", name: "Raw", key: "D" },
  { act: "align", name: "Align", key: "M" },
  { act: "invert", name: "Invert", key: "I" },
  { act: "overlays", name: "Text", key: "O" },
  { act: "help", name: "?", key: "?" },
] as const;

/** One run at a time, subtracted live: runs at the left, the image, its curves below, the subtraction at the right. */
export function AngioRoom({ caseId, series, children, onKeyImage }: AngioRoomProps) {
  const [running] = useState(() => canDraw() && Boolean(startEngine(false)));
  const runs = useMemo(() => series.filter(({ role }) => SHOWN.has(role)), [series]);
  const [chosen, setChosen] = useState<string>();
  // Dose reports and other documents of the examination lie beside its runs.
  const objects = useMemo(() => series.filter((one) => isObject(one) && one.instances > 0), [series]);
  const object = objects.find(({ seriesUid }) => seriesUid === chosen);
  const run = runs.find(({ seriesUid }) => seriesUid === chosen) ?? runs[0];
  const [handle, setHandle] = useState<PaneHandle>();
  const [state, setState] = useState<PaneState>();
  const [subtraction, setSubtraction] = useState<Subtraction>();
  const [tool, setTool] = useState<ToolName>("window");
  const [overlays, setOverlays] = useState(true);
  const [playing, setPlaying] = useState(false);
  const [help, setHelp] = useState(false);
  const [pictures, setPictures] = useState<Record<string, string>>({});
  const stage = useRef<HTMLDivElement>(null);
  useResize(stage, running);
  useEffect(() => {
    if (running) takeTool(tool);
  }, [tool, running]);

  const onHandle = useCallback((_: string, next: PaneHandle | undefined) => {
    setHandle(next);
    setSubtraction(subtractionOf(next));
  }, []);
  const onDrawn = useCallback((_: string, next: PaneState) => setState(next), []);
  const change = (next: Subtraction) => {
    setSubtraction(next);
    if (handle) void applySubtraction(handle, next);
  };
  const content = handle?.content;
  const times = content?.times?.times ?? NONE;
  const density = useRunCurves(content, subtraction?.mask ?? NONE);
  const frame = state?.slice ?? 0;
  const alignment = useAlignment(handle, subtraction, frame, change);
  // A run that names no mask: as soon as all frames are here, the frames before contrast are.
  const found = subtraction?.maskFrom === "first frames" && density.choice?.arrival ? density.choice.frames : undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when a choice comes up.
  useEffect(() => {
    if (found && subtraction) change(withMask(subtraction, found, "found before contrast"));
  }, [found]);
  useEffect(() => {
    if (!handle || state?.status !== "rendered" || pictures[handle.plan.seriesUid] || state.slice < 2) return;
    const { seriesUid } = handle.plan;
    const timer = setTimeout(() => {
      const picture = snapshot(handle, 240);
      if (picture) setPictures((all) => ({ ...all, [seriesUid]: picture }));
    }, 400);
    return () => clearTimeout(timer);
  }, [handle, state?.status, state?.slice, pictures]);

  const step = (by: number) => {
    const now = runs.findIndex(({ seriesUid }) => seriesUid === run?.seriesUid);
    setChosen(runs[Math.min(runs.length - 1, Math.max(0, now + by))]?.seriesUid);
  };
  const act = (name: Act) => {
    const controller = handle?.controller;
    const shift = STEPS[name];
    if (shift && subtraction) {
      const round = (value: number) => Math.round(10 * value) / 10;
      change({
        ...subtraction,
        shiftX: round(subtraction.shiftX + shift[0]),
        shiftY: round(subtraction.shiftY + shift[1]),
        raw: false,
      });
    } else if (name.startsWith("tool-")) setTool(name.slice(5) as ToolName);
    else if (name === "shift-zero" && subtraction) change({ ...unaligned(subtraction), shiftX: 0, shiftY: 0 });
    else if (name === "align") alignment.toggle();
    else if (name === "mask-here" && subtraction) change({ ...withMask(subtraction, [frame], "chosen"), raw: false });
    else if (name === "raw" && subtraction) change({ ...subtraction, raw: !subtraction.raw });
    else if (name === "next" || name === "previous") controller?.scroll(name === "next" ? 1 : -1);
    else if (name === "first") controller?.goTo(0);
    else if (name === "last") controller?.goTo(Number.POSITIVE_INFINITY);
    else if (name === "play") setPlaying((on) => !on);
    else if (name === "invert") controller?.invert();
    else if (name === "reset") controller?.reset();
    else if (name === "overlays") setOverlays((on) => !on);
    else if (name === "help") setHelp((on) => !on);
    else if (name === "delete") deleteMarked();
    else if (name === "series-next" || name === "series-previous") step(name === "series-next" ? 1 : -1);
  };
  useKeys(ANGIO_KEYS, act);

  if (!run) return <p className="v-nothing">No angiographic run yet. Runs appear here as they arrive.</p>;
  const instance = content?.instance;
  const phase = density.curves ? ` · ${phaseOf(frame, density.curves)}` : "";
  const seconds = times[frame] === undefined ? "" : ` · ${times[frame].toFixed(2)} s`;
  const sub = subtraction && !subtraction.raw;
  const panelContext: AngioContext = {
    ...{ caseId, series, analyses: NO_ANALYSES, handle, state, content, subtraction, frame, times },
    handles: () => new Map(handle ? [["angio", handle]] : []),
    onSubtraction: change,
    onFrame: (k) => handle?.controller.goTo(k),
    frames: () => rawFrames(content),
    subtractedFrames: () => subtractedFrames(content, subtraction),
  };
  return (
    <div className="v-room v-angio" data-layout="angio">
      <RunStrip
        runs={runs}
        objects={objects}
        current={(object ?? run).seriesUid}
        pictures={pictures}
        onOpen={setChosen}
      />
      <div className="v-stage" ref={stage}>
        <div className="v-float">
          <ToolBar
            tool={tool}
            onTool={setTool}
            onAct={act}
            pressed={{ raw: subtraction?.raw ?? false, align: Boolean(subtraction?.aligned) }}
            acts={TOOLS}
          />
        </div>
        <Pane
          id="angio"
          plan={{ seriesUid: run.seriesUid, mode: openingMode(run) }}
          room={{ series, analyses: [] }}
          active
          overlays={overlays}
          mapView="off"
          opacity={0}
          playing={playing}
          onActivate={() => {}}
          onHandle={onHandle}
          onDrawn={onDrawn}
          corners={{
            topRight: subtraction
              ? sub
                ? [`subtracted, mask = ${maskWords(subtraction.mask)}`, ...shiftWords(subtraction, frame)]
                : ["raw"]
              : [],
            bottomLeft: `frame ${frame + 1} / ${state?.count ?? 0}${seconds}${phase}`,
          }}
        />
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
      {times.length > 1 && (
        <div className="v-under">
          <DensityStrip run={density} times={times} frame={frame} onFrame={(k) => handle?.controller.goTo(k)} />
          {content && (
            <CineBar
              content={content}
              playing={playing}
              frame={frame}
              onPlay={() => act("play")}
              onStep={(by) => act(by > 0 ? "next" : "previous")}
            />
          )}
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
            onChange={change}
            onWindow={(width) => handle?.controller.setWindow({ width: 1000 * width, level: -250 * width })}
          />
        )}
        <PanelStack context={panelContext} />
        {children}
        {onKeyImage && (
          <footer>
            <button
              type="button"
              className="v-key-image"
              onClick={() => {
                const dataUrl = handle && snapshot(handle, 1024);
                const imageId = handle?.controller.currentImageId();
                if (dataUrl && imageId) onKeyImage({ imageId, dataUrl });
              }}
            >
              Key image
            </button>
          </footer>
        )}
      </aside>
      {help && <KeyMap bindings={ANGIO_KEYS} onClose={() => setHelp(false)} />}
    </div>
  );
}

/** What the pane shows, as a PNG no wider than `width`. */
function snapshot(handle: PaneHandle, width: number): string | undefined {
  const source = handle.controller.element.querySelector("canvas");
  if (!source?.width) return undefined;
  const side = Math.min(source.width, source.height);
  const copy = document.createElement("canvas");
  copy.width = Math.min(width, side);
  copy.height = copy.width;
  const [left, top] = [(source.width - side) / 2, (source.height - side) / 2];
  copy.getContext("2d")?.drawImage(source, left, top, side, side, 0, 0, copy.width, copy.height);
  return copy.toDataURL("image/png");
}
