import { MEASURING_TOOLS } from "./measure/commands.ts";
import type { ToolName } from "./measure/tools.ts";

interface Tool {
  readonly tool: ToolName;
  readonly name: string;
  readonly key: string;
}

/** What the hand goes to most; all else is in the list beside. */
const TOOLS: readonly Tool[] = [
  { tool: "window", name: "W/L", key: "W" },
  { tool: "length", name: "Length", key: "L" },
];
const MOVING: readonly Tool[] = [
  { tool: "scroll", name: "Scroll", key: "S" },
  { tool: "zoom", name: "Zoom", key: "Z" },
  { tool: "pan", name: "Pan", key: "P" },
];
const MEASURING = MEASURING_TOOLS.filter(({ tool }) => tool !== "length");
const keyWords = (key: string) => key.replace("+", " ").replace(/\b[a-z]$/, (letter) => letter.toUpperCase());

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
      <MoreTools tool={tool} onTool={onTool} />
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

/** Every other tool by name, with its key; the one in hand is named in its place. */
function MoreTools({ tool, onTool }: { readonly tool: ToolName; readonly onTool: (tool: ToolName) => void }) {
  const inHand = [...MOVING, ...MEASURING].find((one) => one.tool === tool);
  const option = (one: Tool) => (
    <option key={one.tool} value={one.tool}>
      {one.name} ({keyWords(one.key)})
    </option>
  );
  return (
    <label className="v-choice v-more" data-pressed={inHand !== undefined}>
      {inHand?.name ?? "Tools"}
      <select
        aria-label="Other tools"
        value={inHand?.tool ?? ""}
        onChange={({ target }) => target.value && onTool(target.value as ToolName)}
      >
        {inHand ? null : <option value="">Take another tool</option>}
        <optgroup label="Move">{MOVING.map(option)}</optgroup>
        <optgroup label="Measure">{MEASURING.map(option)}</optgroup>
      </select>
    </label>
  );
}
