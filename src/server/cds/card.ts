/** A card of CDS Hooks 2.0. Plain JSON; optional members are left out when there is nothing to say. */
export interface CdsCard {
  readonly uuid: string;
  /** Less than 140 characters. */
  readonly summary: string;
  /** GitHub-flavoured Markdown. */
  readonly detail: string;
  readonly indicator: "info" | "warning" | "critical";
  readonly source: {
    readonly label: string;
    readonly url: string;
    readonly topic: { readonly system: string; readonly code: string; readonly display: string };
  };
  readonly links: readonly { readonly label: string; readonly url: string; readonly type: "absolute" }[];
  readonly overrideReasons?: readonly { readonly code: string; readonly system: string; readonly display: string }[];
}

/** A card with what is kept of it: which recommendations it spoke of, from which packs, and how they stood. */
export interface IssuedCard {
  readonly card: CdsCard;
  readonly recommendations: readonly {
    readonly id: string;
    readonly pack: string;
    readonly hash: string;
    readonly verdict: string;
  }[];
}

export const TOPIC_SYSTEM = "urn:willis:knowledge:topic";
export const NOT_A_DEVICE =
  "Willis is not a medical device. It sets out what published guidance says about the facts that were sent; it does not decide.";
const LONGEST = 139;

/** Text for the summary: one line, cut at a word before it reaches 140 characters. */
export function summaryOf(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  if (line.length <= LONGEST) return line;
  const cut = line.slice(0, LONGEST - 1);
  const word = cut.lastIndexOf(" ");
  return `${(word > 80 ? cut.slice(0, word) : cut).replace(/[\s,;:(]+$/, "").toWellFormed()}…`;
}

/** Text as Markdown that means itself: nothing in it becomes a link, an emphasis or a tag. Lines are joined. */
export function markdown(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll(/[\\`*_[\]<>#|~!&]/g, (sign) => `\\${sign}`);
}

/** A list in Markdown, one line each. */
export function lines(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join("\n");
}

/** Paragraphs of Markdown; empty ones are left out, and what must be on every card stands last. */
export function paragraphs(...parts: readonly string[]): string {
  return [...parts.filter((part) => part !== ""), `_${NOT_A_DEVICE}_`].join("\n\n");
}
