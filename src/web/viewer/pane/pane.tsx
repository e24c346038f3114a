import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useCine } from "../cine/cine.ts";
import { CineBar } from "../cine/cine-bar.tsx";
import { FirstPicture } from "../display/first-picture.tsx";
import { OverLayer } from "../display/over-layer.tsx";
import { Readout } from "../display/readout.tsx";
import { scrollByTwoFingers } from "../display/two-fingers.ts";
import type { PanePlan } from "../hanging/hang.ts";
import { MapLayerView, type MoveInput } from "../maps/map-layer.tsx";
import { MapLegend } from "../maps/map-legend.tsx";
import { followKeptScale } from "../measure/kept-scales.ts";
import { ObjectPane } from "../objects/object-pane.tsx";
import { VolumeLayer } from "../volumes/volume-layer.tsx";
import { canDraw } from "./can-draw.ts";
import { FallbackImage } from "./fallback-image.tsx";
import { useGraphics } from "./graphics-lost.ts";
import { type MapView, type PaneContent, paneContent, type Room } from "./pane-content.ts";
import { createPane, type PaneController } from "./pane-controller.ts";
import { PaneOverlay } from "./pane-overlay.tsx";
import type { PaneState } from "./pane-state.ts";

/** What the room holds of a pane. */
export interface PaneHandle {
  readonly controller: PaneController;
  readonly content: PaneContent | undefined;
  readonly plan: PanePlan;
}

export interface PaneProps {
  readonly id: string;
  readonly plan: PanePlan;
  readonly room: Room;
  readonly active: boolean;
  readonly overlays: boolean;
  readonly mapView: MapView;
  readonly opacity: number;
  readonly playing: boolean;
  readonly compact?: boolean;
  readonly onActivate: () => void;
  /** Plays and stops the active pane; with it the active pane of a run has its own bar to play by. */
  readonly onPlay?: () => void;
  readonly onPlan?: (plan: PanePlan) => void;
  readonly onMove?: MoveInput;
  readonly onHandle: (id: string, handle: PaneHandle | undefined) => void;
  readonly onDrawn?: (id: string, state: PaneState) => void;
  /** Corner words that replace those made from the series. */
  readonly corners?: { readonly topRight?: readonly string[]; readonly bottomLeft?: string };
}

const nothing = () => () => {};
const still = { status: "empty" } as PaneState;

/** One pane: an image with its corners, or an object as what it is. */
export function Pane(props: PaneProps) {
  if (props.plan.mode !== "object") return <ImagePane {...props} />;
  const { id, plan, room, active, onActivate, onPlan } = props;
  return <ObjectPane key={plan.seriesUid} {...{ id, plan, room, active, onActivate, onPlan }} />;
}

/** One image with its corners: loads what its plan says and tells the room when it is drawn. */
function ImagePane(props: PaneProps) {
  const { id, plan, room, mapView, onHandle, onDrawn } = props;
  const element = useRef<HTMLDivElement>(null);
  const [controller, setController] = useState<PaneController>();
  const [content, setContent] = useState<PaneContent>();
  const [webgl] = useState(canDraw);
  const drawn = useSyncExternalStore(controller?.subscribe ?? nothing, controller?.state ?? (() => still));
  const [opened, setOpened] = useState("");
  const graphics = useGraphics();

  // biome-ignore lint/correctness/useExhaustiveDependencies: graphics that came back need a new viewport
  useEffect(() => {
    if (!element.current || !webgl) return;
    const made = createPane(id, element.current);
    element.current.addEventListener("contextmenu", (event) => event.preventDefault());
    setController(made);
    const stopTouch = scrollByTwoFingers(element.current.parentElement ?? element.current, made);
    return () => {
      stopTouch();
      onHandle(id, undefined);
      made.destroy();
    };
  }, [id, webgl, onHandle, graphics]);

  const asked = useContentKey(plan, room, mapView);
  // What was asked for last may still be on its way: until it is opened, the picture before is not taken for it.
  const state = opened === asked ? drawn : { ...drawn, status: "loading" as const, loaded: 0, failed: 0, total: 0 };
  const latest = useRef({ plan, room, mapView });
  latest.current = { plan, room, mapView };
  useEffect(() => {
    if (!controller) return;
    const abort = new AbortController();
    const now = latest.current;
    paneContent(now.plan, now.room, now.mapView, abort.signal).then(
      (found) => {
        if (abort.signal.aborted) return;
        setContent(found);
        onHandle(id, { controller, content: found, plan: now.plan });
        void controller.open(found.show);
        setOpened(asked);
      },
      (error: unknown) => {
        if (abort.signal.aborted) return;
        controller.fail(error instanceof Error ? error.message : String(error));
        setOpened(asked);
      },
    );
    return () => abort.abort();
  }, [controller, asked, id, onHandle]);

  useEffect(() => {
    if (drawn.drawn) onDrawn?.(id, drawn);
  }, [id, onDrawn, drawn]);
  useEffect(() => (content?.show.kind === "stack" ? followKeptScale(content) : undefined), [content]);
  useCine(id, controller, content, { active: props.active, playing: props.playing });

  const series = room.series.find(({ seriesUid }) => seriesUid === plan.seriesUid);
  const status = webgl ? state.status : "rendered";
  return (
    <section
      className={`v-pane${props.active ? " v-active" : ""}`}
      data-pane={id}
      data-state={status}
      data-slice={state.slice}
      data-count={state.count}
      data-series={plan.seriesUid}
      data-role={series?.role}
      data-mode={plan.mode}
      data-loaded={state.loaded}
      aria-label={`${series?.description ?? "Image"}, ${plan.map ?? plan.mode}`}
      onPointerDownCapture={props.onActivate}
      onWheelCapture={props.onActivate}
    >
      {webgl ? <div className="v-image" ref={element} /> : series && <FallbackImage series={series} />}
      {controller && content?.show.kind === "stack" && !content.map && (
        <>
          <OverLayer controller={controller} state={state} overlays={props.overlays} />
          <Readout controller={controller} content={content} />
        </>
      )}
      {controller && content?.map && mapView !== "off" && (
        <MapLayerView
          layer={content.map}
          controller={controller}
          state={state}
          opacity={mapView === "alone" ? 1 : props.opacity}
          onMove={props.onMove}
        />
      )}
      {content?.map && mapView !== "off" && status === "rendered" && <MapLegend style={content.map.style} />}
      {controller && content && <VolumeLayer {...{ content, controller, state, room, active: props.active }} />}
      {series && webgl && status !== "rendered" && status !== "error" && <FirstPicture series={series} plan={plan} />}
      {series && (
        <PaneOverlay
          plan={plan}
          series={series}
          room={room}
          content={content}
          state={state}
          visible={props.overlays}
          compact={props.compact ?? false}
          onPlan={props.onPlan}
          onSlab={(mm, kind) => controller?.setSlab(mm, kind)}
          onTime={(time) => void controller?.setTime(time)}
          corners={props.corners}
        />
      )}
      {props.onPlay && props.active && controller && content?.times && !props.compact && status === "rendered" && (
        <CineBar
          content={content}
          playing={props.playing}
          frame={state.slice}
          onPlay={props.onPlay}
          onStep={controller.scroll}
        />
      )}
      {status === "error" && (
        <p className="v-error" role="alert">
          {state.message}
        </p>
      )}
    </section>
  );
}

/**
 * A text that changes when the pane has to be opened anew. A series that is still arriving opens again when it has
 * stood still for two seconds.
 */
function useContentKey(plan: PanePlan, room: Room, mapView: MapView): string {
  const series = room.series.find(({ seriesUid }) => seriesUid === plan.seriesUid);
  const [instances, setInstances] = useState(series?.instances ?? 0);
  const now = series?.instances ?? 0;
  useEffect(() => {
    if (now === instances) return;
    const timer = setTimeout(() => setInstances(now), instances === 0 ? 0 : 2000);
    return () => clearTimeout(timer);
  }, [now, instances]);
  const isMap = plan.mode === "map";
  const results = isMap ? room.analyses.map((a) => `${a.id}${a.state}`).join() : "";
  const at = plan.at ? `${plan.at.sopUid} ${plan.at.frame}` : "";
  return [
    plan.seriesUid,
    plan.mode,
    plan.plane ?? "",
    plan.slabMm ?? "",
    plan.bifurcation ?? "",
    plan.window ? `${plan.window.width} ${plan.window.level}` : "",
    plan.time ?? "",
    plan.group ?? "",
    at,
    instances,
    isMap ? mapView : "",
    results,
  ].join(" ");
}
