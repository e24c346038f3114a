import { type ReactNode, useEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import type { PaneController } from "../pane/pane-controller.ts";

interface Props {
  readonly controller: PaneController;
  readonly children: ReactNode;
  /** A place of the pane that was clicked (CSS pixels of the pane), while places are asked for. */
  readonly onPick?: ((x: number, y: number) => void) | undefined;
  /** A drag over the pane, place by place; while it is set, drags are not those of the tool in hand. */
  readonly onStroke?: ((x: number, y: number, phase: "begin" | "move" | "end") => void) | undefined;
  readonly label: string;
}

/** What a panel draws over the image of a pane, in CSS pixels, and the places that are clicked for it. */
export function OverPane({ controller, children, onPick, onStroke, label }: Props) {
  const host = controller.element.parentElement;
  const pick = useRef(onPick);
  pick.current = onPick;
  const stroke = useRef(onStroke);
  stroke.current = onStroke;
  const [painting, setPainting] = useState(false);
  useEffect(() => {
    const { element } = controller;
    let from: readonly [number, number] | undefined;
    const place = (event: PointerEvent): [number, number] => {
      const box = element.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    const down = (event: PointerEvent) => {
      from = event.button === 0 && event.isPrimary ? place(event) : undefined;
    };
    // A click, not a drag: the tool in hand keeps its drags.
    const up = (event: PointerEvent) => {
      const [x, y] = place(event);
      if (from && Math.hypot(x - from[0], y - from[1]) < 5) pick.current?.(x, y);
      from = undefined;
    };
    element.addEventListener("pointerdown", down, true);
    element.addEventListener("pointerup", up, true);
    return () => {
      element.removeEventListener("pointerdown", down, true);
      element.removeEventListener("pointerup", up, true);
    };
  }, [controller]);
  useEffect(() => {
    const { element } = controller;
    element.style.cursor = onPick ? "crosshair" : "";
    return () => {
      element.style.cursor = "";
    };
  }, [controller, onPick]);
  if (!host) return null;
  return createPortal(
    <svg
      className={`x-over${onStroke ? " x-paint" : ""}`}
      role="img"
      aria-label={label}
      onPointerDown={(event) => {
        if (!onStroke || event.button !== 0) return;
        event.preventDefault();
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
        setPainting(true);
        stroke.current?.(event.nativeEvent.offsetX, event.nativeEvent.offsetY, "begin");
      }}
      onPointerMove={(event) => {
        if (painting) stroke.current?.(event.nativeEvent.offsetX, event.nativeEvent.offsetY, "move");
      }}
      onPointerUp={(event) => {
        if (!painting) return;
        setPainting(false);
        stroke.current?.(event.nativeEvent.offsetX, event.nativeEvent.offsetY, "end");
      }}
    >
      {children}
    </svg>,
    host,
  );
}
