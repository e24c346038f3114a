import { useCallback, useEffect, useRef, useState } from "react";
import type { AnalysisView, SeriesView } from "../../../cases/views.ts";
import { canDraw } from "../pane/can-draw.ts";
import { startEngine } from "../pane/engine.ts";
import { Pane, type PaneHandle } from "../pane/pane.tsx";
import type { PaneState } from "../pane/pane-state.ts";
import { useResize } from "../pane/use-resize.ts";
import { type WallState, type WallWord, wallChannel } from "./second-screen.ts";
import "../viewer.css";
import "./hanging.css";

interface Props {
  /** The id of the case, or the UID of the study, that the driver reads. */
  readonly of: string;
  readonly series: readonly SeriesView[];
  readonly analyses: readonly AnalysisView[];
}

/** A second screen: the driver's pane, large and without anything to press; it follows series, slice, window, pointer. */
export function WallRoom({ of, series, analyses }: Props) {
  const [running] = useState(() => canDraw() && Boolean(startEngine(false)));
  const [shown, setShown] = useState<WallState>();
  const [handle, setHandle] = useState<PaneHandle>();
  const [state, setState] = useState<PaneState>();
  const frame = useRef<HTMLDivElement>(null);
  useResize(frame, running);
  const onHandle = useCallback((_: string, next: PaneHandle | undefined) => setHandle(next), []);
  const onDrawn = useCallback((_: string, next: PaneState) => setState(next), []);

  useEffect(() => {
    const channel = wallChannel(of);
    channel.onmessage = ({ data }: MessageEvent<WallWord>) => data.says === "show" && setShown(data.state);
    const ask = () => channel.postMessage({ says: "hello" } satisfies WallWord);
    ask();
    // The driver may open its page later, or anew.
    const timer = setInterval(ask, 2000);
    return () => {
      clearInterval(timer);
      channel.close();
    };
  }, [of]);

  const isThere = state?.status === "rendered" && handle?.plan.seriesUid === shown?.plan.seriesUid;
  const [width, level] = [shown?.window?.width, shown?.window?.level];
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is followed, part by part.
  useEffect(() => {
    if (isThere && shown) handle?.controller.goTo(shown.slice);
  }, [isThere, handle, shown?.slice]);
  useEffect(() => {
    if (isThere && width !== undefined && level !== undefined) handle?.controller.setWindow({ width, level });
  }, [isThere, handle, width, level]);
  useEffect(() => {
    if (isThere && handle && handle.controller.state().inverted !== shown?.inverted) handle.controller.invert();
  }, [isThere, handle, shown?.inverted]);

  const at = shown?.pointer && isThere ? handle?.controller.toCanvas(shown.pointer) : undefined;
  return (
    <div className="v-room v-wall" data-layout="wall" ref={frame}>
      {shown ? (
        <div className="v-cell">
          <Pane
            id="pane-1"
            plan={shown.plan}
            room={{ series, analyses }}
            active={false}
            overlays
            mapView="over"
            opacity={0.85}
            playing={false}
            onActivate={() => {}}
            onHandle={onHandle}
            onDrawn={onDrawn}
          />
          {at ? <i className="v-laser" style={{ translate: `${at[0]}px ${at[1]}px` }} aria-hidden="true" /> : null}
        </div>
      ) : (
        <p className="v-nothing">Waiting for the reading room. Open the case there: what it shows appears here.</p>
      )}
    </div>
  );
}
