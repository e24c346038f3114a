import type { PanelContext } from "./side-panel.ts";

/** Something a reader can do: by key, in the command palette and in the key list. Each folder of the viewer has its own list. */
export interface Command<Context extends PanelContext = PanelContext> {
  readonly id: string;
  /**
   * As KeyboardEvent.key gives it, lower case for letters; "Shift+" in front when shift is held with a letter, a digit
   * ("Shift+2", whatever the keyboard prints there) or a named key; "Ctrl+" in front of that for Ctrl or Cmd
   * ("Ctrl+Shift+z"). Left out: palette only.
   */
  readonly key?: string;
  /** What it does, in words: "Thicker slab". */
  readonly says: string;
  /** Left out: always. */
  readonly when?: (context: Context) => boolean;
  readonly run: (context: Context) => void;
}

export interface KeyStroke {
  readonly key: string;
  readonly code?: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** The name under which a command asks for a key; undefined for combinations with Alt, which are the system's. */
export function keyOf(stroke: KeyStroke): string | undefined {
  if (stroke.altKey) return undefined;
  const bare = withShift(stroke);
  return stroke.ctrlKey || stroke.metaKey ? `Ctrl+${bare}` : bare;
}

function withShift(stroke: KeyStroke): string {
  const digit = /^Digit(\d)$/.exec(stroke.code ?? "")?.[1];
  if (stroke.shiftKey && digit) return `Shift+${digit}`;
  const isSign = stroke.key.length === 1 && stroke.key !== " " && stroke.key.toLowerCase() === stroke.key.toUpperCase();
  const key = stroke.key.length === 1 ? stroke.key.toLowerCase() : stroke.key;
  return stroke.shiftKey && !isSign ? `Shift+${key}` : key;
}

/** The command of a key where it applies now; undefined when the key is not ours. */
export function commandOf<Context extends PanelContext>(
  key: string | undefined,
  commands: readonly Command<Context>[],
  context: Context,
): Command<Context> | undefined {
  const found = key === undefined ? undefined : commands.find((command) => command.key === key);
  return found && (found.when?.(context) ?? true) ? found : undefined;
}

/** The name of a key as a reader knows it. */
export function keyName(key: string): string {
  const names: Record<string, string> = {
    " ": "Space",
    ArrowUp: "↑",
    ArrowDown: "↓",
    ArrowLeft: "←",
    ArrowRight: "→",
    Delete: "Del",
  };
  const bare = key.replace("Ctrl+", "").replace("Shift+", "");
  const name = names[bare] ?? (bare.length === 1 ? bare.toUpperCase() : bare);
  const held = [key.includes("Ctrl+") ? "Ctrl" : "", key.includes("Shift+") ? "Shift" : ""];
  return [...held, name].filter(Boolean).join(" ");
}

/** Keys with more than one meaning in a list, each with the ids that ask for it. */
export function contested<Context extends PanelContext>(
  commands: readonly Command<Context>[],
): readonly { readonly key: string; readonly ids: readonly string[] }[] {
  const byKey = Map.groupBy(
    commands.filter(({ key }) => key !== undefined),
    ({ key }) => key!,
  );
  return [...byKey]
    .filter(([, asking]) => asking.length > 1)
    .map(([key, asking]) => ({ key, ids: asking.map(({ id }) => id) }));
}

/**
 * Commands whose words hold what was typed, letter by letter in order, the best first: whole words before beginnings of
 * words before scattered letters. Everything in its order while nothing is typed.
 */
export function matching<Context extends PanelContext>(
  commands: readonly Command<Context>[],
  typed: string,
): readonly Command<Context>[] {
  const wanted = typed.trim().toLowerCase();
  if (wanted === "") return commands;
  return commands
    .map((command) => ({ command, score: likeness(command.says.toLowerCase(), wanted) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ command }) => command);
}

/** How well words hold the wanted letters; 0 when they do not. */
function likeness(words: string, wanted: string): number {
  const at = words.indexOf(wanted);
  if (at >= 0) return 1000 - at - (at > 0 && words[at - 1] !== " " ? 200 : 0);
  let [score, from] = [500, 0];
  for (const letter of wanted) {
    if (letter === " ") continue;
    const next = words.indexOf(letter, from);
    if (next < 0) return 0;
    const isWordStart = next === 0 || words[next - 1] === " ";
    score -= isWordStart || next === from ? 1 : 5 + (next - from);
    from = next + 1;
  }
  return Math.max(1, score);
}
