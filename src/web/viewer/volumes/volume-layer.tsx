import { useEffect, useRef, useSyncExternalStore } from "react";
import { dot, sub } from "../../../core/geometry.ts";
import type { PaneContent, Room } from "../pane/pane-content.ts";
import type { PaneController } from "../pane/pane-controller.ts";
import type { PaneState } from "../pane/pane-state.ts";
import { type CrosshairStore, crosshairOf, viewOf } from "./crosshair-store.ts";
import { CrosshairView } from "./crosshair-view.tsx";
import { CurveLine } from "./curve/curve-line.tsx";
import { FusedLayer } from "./fused/fused-layer.tsx";
import { MadeBands } from "./made-bands.tsx";
import {
  joinMembers,
  membersOf,
  membersVersion,
  showsCrosshair,
  subscribeMembers,
  tellMembers,
  type VolumeMember,
} from "./members.ts";
import { RenderingView } from "./rendering/rendering-view.tsx";
import { TimeBar } from "./times/time-bar.tsx";
import { referenceOf } from "./volume-source.ts";
import "./volumes.css";

interface Props {
  readonly content: PaneContent;
  readonly controller: PaneController;
  readonly state: PaneState;
  readonly active: boolean;
  readonly room: Room;
}

/** What lies over a picture of a volume: crosshair, a second volume, a line along a vessel, times; or its rendering. */
export function VolumeLayer(props: Props) {
  const { content, state } = props;
  const { show } = content;
  const frameOfReference = referenceOf(show.imageIds);
  if (show.kind === "rendering") {
    return state.status === "error" ? null : (
      <RenderingView key={show.imageIds[0]} content={content} controller={props.controller} />
    );
  }
  if (state.status !== "rendered" || frameOfReference === "") return null;
  return <InPatient key={frameOfReference} {...props} frameOfReference={frameOfReference} />;
}

function InPatient({
  content,
  controller,
  state,
  active,
  room,
  frameOfReference,
}: Props & { frameOfReference: string }) {
  const { show } = content;
  const store = crosshairOf(frameOfReference);
  const plane = show.kind === "volume" ? show.plane : null;
  const member = useRef<VolumeMember>(undefined);
  if (member.current?.plane !== plane || member.current.controller !== controller) {
    member.current = { frameOfReference, plane, controller };
  }
  const mine = member.current;
  useEffect(() => joinMembers(mine), [mine]);
  useSyncExternalStore(subscribeMembers, membersVersion);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the other panes draw the edges of this one's slab.
  useEffect(tellMembers, [state.slabMm]);
  useLinkedPlanes(store, mine, state, active);
  const { series, analyses } = room;
  return (
    <>
      <FusedLayer {...{ content, controller, state, series, analyses }} />
      <CurveLine {...{ frameOfReference, controller, state }} />
      {state.timeCount > 1 && active && content.images.order.timeWords.length === 0 && (
        <TimeBar {...{ content, controller, state }} />
      )}
      {show.kind === "volume" && state.limitations.length > 0 && (
        <MadeBands imageIds={show.imageIds} controller={controller} state={state} />
      )}
      {showsCrosshair() !== "never" && (show.kind === "volume" || showsCrosshair() === "always") && (
        <CrosshairView store={store} member={mine} controller={controller} />
      )}
    </>
  );
}

/** The pane goes where the crosshair is put; where the reader scrolls it, the crosshair goes along. */
function useLinkedPlanes(store: CrosshairStore, mine: VolumeMember, state: PaneState, active: boolean) {
  const { plane, controller } = mine;
  useEffect(() => {
    const go = () => {
      const { point, axes } = store.state();
      if (!point) return;
      if (plane) controller.look(point, viewOf(plane, axes));
      else controller.jumpTo(point);
    };
    if (plane && store.state().touched) go();
    return store.subscribe(() => {
      if (store.state().by === "reader") go();
    });
  }, [store, plane, controller]);

  const { drawn, slice } = state;
  // biome-ignore lint/correctness/useExhaustiveDependencies: every picture may show another place.
  useEffect(() => {
    const here = controller.position();
    const { point } = store.state();
    if (!here) return;
    if (!point) {
      const { clientWidth, clientHeight } = controller.element;
      const middle = controller.toPatient(clientWidth / 2, clientHeight / 2);
      if (middle && (active || plane)) store.carry(middle);
      return;
    }
    // Until the reader puts it somewhere the crosshair lies where the first pane of each plane opened.
    const isFirst = membersOf(mine.frameOfReference).find((one) => one.plane === plane) === mine;
    if (!plane || !(active || (isFirst && !store.state().touched))) return;
    const off = dot(sub(here.point, point), here.normal);
    if (Math.abs(off) < 0.05) return;
    const [x, y, z] = point;
    store.carry([x + off * here.normal[0], y + off * here.normal[1], z + off * here.normal[2]]);
  }, [store, controller, mine, plane, active, drawn, slice]);

  useEffect(() => {
    if (!plane) return; // on slices as acquired a double click is the room's
    const { element } = controller;
    const centre = (event: MouseEvent) => {
      event.stopPropagation();
      const { left, top } = element.getBoundingClientRect();
      const there = controller.toPatient(event.clientX - left, event.clientY - top);
      if (!there) return;
      event.preventDefault();
      store.put(there);
    };
    element.addEventListener("dblclick", centre);
    return () => element.removeEventListener("dblclick", centre);
  }, [store, controller, plane]);
}
