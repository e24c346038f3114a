import { Enums as CoreEnums, getEnabledElement, utilities } from "@cornerstonejs/core";
import {
  AngleTool,
  addTool,
  annotation,
  Enums,
  LengthTool,
  PanTool,
  StackScrollTool,
  ToolGroupManager,
  WindowLevelTool,
  ZoomTool,
} from "@cornerstonejs/tools";
import { frameOf } from "../pane/series-images.ts";
import { calibrationOf, measureLength } from "./calibration.ts";

/**
 * Scrolling by wheel or drag that goes the same way in a stack and in a volume: down is toward the head. Cornerstone
 * counts the sections of an axial volume the other way round.
 */
class SliceScrollTool extends StackScrollTool {
  override mouseWheelCallback(event: never): void {
    this.turn(event);
    super.mouseWheelCallback(event);
  }

  override mouseDragCallback(event: never): void {
    this.turn(event);
    super.mouseDragCallback(event);
  }

  override touchDragCallback(event: never): void {
    this.turn(event);
    super.touchDragCallback(event);
  }

  private turn(event: { readonly detail: { readonly element: HTMLDivElement } }): void {
    const viewport = getEnabledElement(event.detail.element)?.viewport;
    const normal = viewport?.getCamera().viewPlaneNormal;
    const isVolume = viewport?.type === CoreEnums.ViewportType.ORTHOGRAPHIC;
    this.configuration.invert = isVolume && Math.abs(normal?.[2] ?? 0) > 0.7;
  }
}
SliceScrollTool.toolName = "WillisSliceScroll";

export type ToolName = "window" | "pan" | "zoom" | "scroll" | "length" | "angle";

const GROUP = "willis-tools";
const { Primary, Secondary, Auxiliary, Wheel } = Enums.MouseBindings;
const NAMES: Readonly<Record<ToolName, string>> = {
  window: WindowLevelTool.toolName,
  pan: PanTool.toolName,
  zoom: ZoomTool.toolName,
  scroll: SliceScrollTool.toolName,
  length: LengthTool.toolName,
  angle: AngleTool.toolName,
};
/** What a tool does whichever tool is in hand. */
const ALWAYS: Readonly<Partial<Record<ToolName, object[]>>> = {
  pan: [{ mouseButton: Auxiliary }],
  zoom: [{ mouseButton: Secondary }, { numTouchPoints: 2 }],
  scroll: [{ mouseButton: Wheel }],
};

export function registerTools(): void {
  for (const tool of [WindowLevelTool, PanTool, ZoomTool, SliceScrollTool, LengthTool, AngleTool]) addTool(tool);
  const group = ToolGroupManager.createToolGroup(GROUP)!;
  for (const name of Object.values(NAMES)) {
    group.addTool(name, name === LengthTool.toolName ? { getTextLines: lengthLines } : {});
  }
  annotation.config.style.setDefaultToolStyles({
    global: {
      color: "rgb(92, 200, 215)",
      colorHighlighted: "rgb(255, 255, 255)",
      colorSelected: "rgb(255, 255, 255)",
      colorLocked: "rgb(163, 173, 184)",
      lineWidth: "1.25",
      lineDash: "",
      shadow: true,
      textBoxVisibility: true,
      textBoxFontFamily: "Inter Variable, Inter, system-ui, sans-serif",
      textBoxFontSize: "12px",
      textBoxColor: "rgb(230, 234, 239)",
      textBoxColorHighlighted: "rgb(255, 255, 255)",
      textBoxColorSelected: "rgb(255, 255, 255)",
      textBoxBackground: "rgba(10, 12, 15, 0.72)",
      textBoxLinkLineWidth: "1",
      textBoxLinkLineDash: "2,3",
      textBoxShadow: true,
    },
  } as never);
}

/** Puts a tool under the left button and one finger. */
export function takeTool(tool: ToolName, oneFinger: ToolName = tool): void {
  const group = ToolGroupManager.getToolGroup(GROUP);
  if (!group) return;
  for (const name of Object.keys(NAMES) as ToolName[]) group.setToolPassive(NAMES[name], { removeAllBindings: true });
  for (const name of Object.keys(NAMES) as ToolName[]) {
    const bindings = [
      ...(name === tool ? [{ mouseButton: Primary }] : []),
      ...(name === oneFinger ? [{ numTouchPoints: 1 }] : []),
      ...(ALWAYS[name] ?? []),
    ];
    if (bindings.length > 0) group.setToolActive(NAMES[name], { bindings: bindings as never });
  }
}

export function joinTools(viewportId: string, engineId: string): void {
  ToolGroupManager.getToolGroup(GROUP)?.addViewport(viewportId, engineId);
}

export function leaveTools(viewportId: string, engineId: string): void {
  ToolGroupManager.getToolGroup(GROUP)?.removeViewports(engineId, viewportId);
}

/** Deletes the marked measurements. */
export function deleteMarked(): void {
  for (const uid of annotation.selection.getAnnotationsSelected()) annotation.state.removeAnnotation(uid);
}

interface LengthData {
  readonly handles: { readonly points: readonly (readonly [number, number, number])[] };
}

/** The label of a length: the value, and below it in which sense the unit is to be taken. */
function lengthLines(data: LengthData, targetId: string): string[] {
  const [from, to] = data.handles.points;
  if (!from || !to) return [];
  const imageId = targetId.startsWith("imageId:") ? targetId.slice("imageId:".length) : "";
  const frame = frameOf(imageId);
  if (!frame || frame.plane) {
    return [`${Math.hypot(from[0] - to[0], from[1] - to[1], from[2] - to[2]).toFixed(1)} mm`];
  }
  const pixel = (point: readonly [number, number, number]) => {
    const [x = 0, y = 0] = utilities.worldToImageCoords(imageId, [...point]) ?? [];
    return [x, y] as const;
  };
  const { text, words } = measureLength(calibrationOf(frame.instance, frame.frame), pixel(from), pixel(to));
  return [text, words];
}
