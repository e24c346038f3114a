import type { ToolName } from "../measure/tools.ts";
import { ToolBar } from "../tool-bar.tsx";
import { ANGIO_COMMANDS, type AngioRoomContext } from "./angio-commands.ts";

interface Props {
  readonly tool: ToolName;
  readonly onTool: (tool: ToolName) => void;
  readonly context: AngioRoomContext;
  readonly isTwo: boolean;
}

const ACTS = [
  { act: "run.raw", name: "Raw", key: "D" },
  { act: "motion.toggle", name: "Motion", key: "M" },
  { act: "run.landmark", name: "Bone", key: "B" },
  { act: "mask.here", name: "Mask", key: "X" },
  { act: "roadmap.toggle", name: "Road", key: "T" },
  { act: "image.invert", name: "Invert", key: "I" },
  { act: "room.two", name: "Two", key: "2" },
  { act: "room.overlays", name: "Text", key: "O" },
] as const;

/** The tools that float over the run; each does what its key does. */
export function AngioTools({ tool, onTool, context, isTwo }: Props) {
  const { subtraction, angio } = context;
  return (
    <div className="v-float">
      <ToolBar
        tool={tool}
        onTool={onTool}
        onAct={(act) => ANGIO_COMMANDS.find(({ id }) => id === act)?.run(context)}
        pressed={{
          "run.raw": subtraction?.raw ?? false,
          "motion.toggle": angio.alignment.kind !== undefined,
          "run.landmark": (subtraction?.landmark ?? 0) > 0,
          "room.two": isTwo,
        }}
        acts={ACTS}
      />
    </div>
  );
}
