import type { Command } from "../command.ts";
import { takeInHand } from "../tool-in-hand.ts";
import { jumpTo } from "./jump-to.ts";
import { redoDeed, undoDeed } from "./kept-store.ts";
import { deleteMarked, dropUnfinished, type ToolName } from "./tools.ts";

/** The tools that measure, each with its key and what it is called. */
export const MEASURING_TOOLS: readonly { readonly tool: ToolName; readonly name: string; readonly key: string }[] = [
  { tool: "length", name: "Length", key: "l" },
  { tool: "angle", name: "Angle", key: "a" },
  { tool: "cobb", name: "Cobb angle", key: "Shift+a" },
  { tool: "bidirectional", name: "Two diameters", key: "Shift+b" },
  { tool: "ellipse", name: "Ellipse", key: "Shift+i" },
  { tool: "circle", name: "Circle", key: "Shift+o" },
  { tool: "rectangle", name: "Rectangle", key: "Shift+q" },
  { tool: "freehand", name: "Outline", key: "Shift+f" },
  { tool: "probe", name: "Value", key: "Shift+v" },
  { tool: "arrow", name: "Note", key: "Shift+t" },
];

const TOOLS: readonly Command[] = MEASURING_TOOLS.map(({ tool, name, key }) => ({
  id: `tool.${tool}`,
  key,
  says: name,
  run: () => takeInHand(tool),
}));

/** What a reader can do with measurements. */
export const MEASURE_COMMANDS: readonly Command[] = [
  ...TOOLS,
  { id: "measure.drop", key: "Escape", says: "Give up a drawing that is not finished", run: () => dropUnfinished() },
  { id: "measure.delete", key: "Delete", says: "Delete the marked measurement", run: () => deleteMarked() },
  {
    ...{ id: "measure.undo", key: "Ctrl+z", says: "Take the last measurement or change back" },
    run: (context) => {
      const deed = undoDeed();
      const seen = deed?.before ?? deed?.after;
      if (seen) jumpTo(context, seen);
    },
  },
  {
    ...{ id: "measure.redo", key: "Ctrl+Shift+z", says: "Do again what was taken back" },
    run: (context) => {
      const deed = redoDeed();
      const seen = deed?.after ?? deed?.before;
      if (seen) jumpTo(context, seen);
    },
  },
  {
    ...{ id: "measure.key-image", key: "Shift+k", says: "Mark this frame as a key image for the report" },
    when: ({ handle }) => handle?.content !== undefined,
    run: ({ handle }) => void import("./key-images.ts").then(({ markKeyImage }) => markKeyImage(handle, "report", "")),
  },
];
