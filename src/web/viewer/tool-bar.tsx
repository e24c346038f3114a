import type { ToolName } from "./measure/tools.ts";

const TOOLS: readonly { readonly tool: ToolName; readonly name: string; readonly key: string }[] = [
  { tool: "window", name: "W/L", key: "W" },
  { tool: "pan", name: "Pan", key: "P" },
  { tool: "zoom", name: "Zoom", key: "Z" },
  { tool: "scroll", name: "Scroll", key: "S" },
  { tool: "length", name: "Length", key: "L" },
  { tool: "angle", name: "Angle", key: "A" },
];

interface Props<Act extends string> {
  readonly tool: ToolName;
  readonly onTool: (tool: ToolName) => void;
  readonly onAct: (act: Act) => void;
  readonly pressed: Readonly<Partial<Record<Act, boolean>>>;
  readonly acts: readonly { readonly act: Act; readonly name: string; readonly key: string }[];
}

/** The tools under the left button and the acts that are switches, each with its key. */
export function ToolBar<Act extends string>({ tool, onTool, onAct, pressed, acts }: Props<Act>) {
  return (
    <div className="v-tools" role="toolbar" aria-label="Tools">
      {TOOLS.map((one) => (
        <button
          key={one.tool}
          type="button"
          aria-pressed={one.tool === tool}
          title={`${one.name} (${one.key})`}
          onClick={() => onTool(one.tool)}
        >
          {one.name}
        </button>
      ))}
      <i aria-hidden="true" />
      {acts.map(({ act, name, key }) => (
        <button
          key={act}
          type="button"
          {...(act in pressed ? { "aria-pressed": pressed[act] ?? false } : {})}
          title={`${name} (${key})`}
          onClick={() => onAct(act)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
