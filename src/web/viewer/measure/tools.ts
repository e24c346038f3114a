import { Enums as CoreEnums, getEnabledElement, getEnabledElementByViewportId } from "@cornerstonejs/core";
import {
  AngleTool,
  ArrowAnnotateTool,
  addTool,
  annotation,
  BidirectionalTool,
  CircleROITool,
  CobbAngleTool,
  EllipticalROITool,
  Enums,
  LengthTool,
  PanTool,
  PlanarFreehandROITool,
  ProbeTool,
  RectangleROITool,
  StackScrollTool,
  ToolGroupManager,
  WindowLevelTool,
  ZoomTool,
} from "@cornerstonejs/tools";
import { keepDrawn, leaveDrawn, linesOfData } from "./drawn.ts";
import { DRAWING_TOOLS, type DrawnKind } from "./drawn-shape.ts";
import { askNote, followPointer } from "./note-input.ts";

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

export type ToolName = "window" | "pan" | "zoom" | "scroll" | DrawnKind;

const GROUP = "willis-tools";
const { Primary, Secondary, Auxiliary, Wheel } = Enums.MouseBindings;
const NAMES: Readonly<Record<ToolName, string>> = {
  window: WindowLevelTool.toolName,
  pan: PanTool.toolName,
  zoom: ZoomTool.toolName,
  scroll: SliceScrollTool.toolName,
  ...DRAWING_TOOLS,
};
/** What a tool does whichever tool is in hand. */
const ALWAYS: Readonly<Partial<Record<ToolName, object[]>>> = {
  pan: [{ mouseButton: Auxiliary }],
  zoom: [{ mouseButton: Secondary }, { numTouchPoints: 2 }],
  scroll: [{ mouseButton: Wheel }],
};

const DRAWERS = [
  ...[LengthTool, AngleTool, CobbAngleTool, BidirectionalTool, EllipticalROITool, CircleROITool, RectangleROITool],
  ...[PlanarFreehandROITool, ProbeTool, ArrowAnnotateTool],
];

/** The numbers are ours (`measured.ts`): the tools draw. */
function drawing(toolName: string): object {
  const ours = { getTextLines: linesOfData, shadow: true };
  if (toolName === ArrowAnnotateTool.toolName) {
    return { getTextCallback: askNote, changeTextCallback: changeNote, arrowHeadStyle: "standard" };
  }
  if (toolName === PlanarFreehandROITool.toolName) return { ...ours, calculateStats: false, allowOpenContours: false };
  return ours;
}

function changeNote(data: { text?: string }, _event: unknown, done: (text: string) => void): void {
  askNote((text) => done(text || data.text || ""), data.text);
}

export function registerTools(): void {
  followPointer();
  for (const tool of [WindowLevelTool, PanTool, ZoomTool, SliceScrollTool, ...DRAWERS]) addTool(tool);
  const group = ToolGroupManager.createToolGroup(GROUP)!;
  for (const name of [NAMES.window, NAMES.pan, NAMES.zoom, NAMES.scroll]) group.addTool(name, {});
  for (const { toolName } of DRAWERS) group.addTool(toolName, drawing(toolName));
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

/** Puts a tool under the left button and one finger: Cornerstone takes a finger for that button. */
export function takeTool(tool: ToolName): void {
  const group = ToolGroupManager.getToolGroup(GROUP);
  if (!group) return;
  dropUnfinished();
  for (const name of Object.keys(NAMES) as ToolName[]) group.setToolPassive(NAMES[name], { removeAllBindings: true });
  for (const name of Object.keys(NAMES) as ToolName[]) {
    const bindings = [
      ...(name === tool ? [{ mouseButton: Primary }, { numTouchPoints: 1 }] : []),
      ...(ALWAYS[name] ?? []),
    ];
    if (bindings.length > 0) group.setToolActive(NAMES[name], { bindings: bindings as never });
  }
}

export function joinTools(viewportId: string, engineId: string): void {
  ToolGroupManager.getToolGroup(GROUP)?.addViewport(viewportId, engineId);
  keepDrawn(viewportId, engineId);
}

export function leaveTools(viewportId: string, engineId: string): void {
  dropUnfinished();
  leaveDrawn(viewportId);
  ToolGroupManager.getToolGroup(GROUP)?.removeViewports(engineId, viewportId);
}

/** What a drawing tool holds while a shape is in hand. */
interface InHand {
  readonly isDrawing?: boolean;
  readonly editData?: Edit | null;
  readonly drawData?: Edit;
  cancel(element: HTMLDivElement): unknown;
}
interface Edit {
  readonly annotation: { readonly annotationUID: string };
  readonly viewportIdsToRender: readonly string[];
  newAnnotation?: boolean;
}

/** Gives up a drawing that is not finished: left as it is, it would keep the mouse from every other tool. */
export function dropUnfinished(): void {
  const group = ToolGroupManager.getToolGroup(GROUP);
  for (const { toolName } of DRAWERS) {
    const tool = group?.getToolInstance(toolName) as unknown as InHand | undefined;
    const edit = tool?.editData ?? tool?.drawData;
    if (!tool?.isDrawing || !edit) continue;
    const viewport = getEnabledElementByViewportId(edit.viewportIdsToRender[0] ?? "")?.viewport;
    const isNew = edit.newAnnotation;
    edit.newAnnotation = false; // what is given up is not completed
    if (viewport) tool.cancel(viewport.element);
    if (isNew) annotation.state.removeAnnotation(edit.annotation.annotationUID);
  }
}

/** Deletes the marked measurements. */
export function deleteMarked(): void {
  for (const uid of annotation.selection.getAnnotationsSelected()) annotation.state.removeAnnotation(uid);
}
