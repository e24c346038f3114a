import type { ReactNode } from "react";
import type { Criterion } from "../../knowledge/criteria.ts";
import type { Mark } from "../../knowledge/search-highlight.ts";
import type { LibraryKind } from "../../knowledge/search-kinds.ts";
import { sentence } from "../../knowledge/sentence.ts";
import "./options.css";

/** Names of the kinds: of one, and of the shelf. */
export const KIND_NAMES: Readonly<Record<LibraryKind, { readonly one: string; readonly shelf: string }>> = {
  recommendation: { one: "Recommendation", shelf: "Recommendations" },
  indication: { one: "Indication", shelf: "Indications" },
  trial: { one: "Trial", shelf: "Trials" },
  scale: { one: "Scale", shelf: "Scales" },
  metric: { one: "Metric", shelf: "Metrics" },
  pack: { one: "Pack", shelf: "Packs" },
};

/** A text with the stretches that were sought in it marked. */
export function Marked({ text, marks }: { readonly text: string; readonly marks: readonly Mark[] }) {
  const parts: ReactNode[] = [];
  let at = 0;
  for (const [from, to] of marks) {
    parts.push(text.slice(at, from), <mark key={from}>{text.slice(from, to)}</mark>);
    at = to;
  }
  return (
    <>
      {parts}
      {text.slice(at)}
    </>
  );
}

/** "from memory, not yet checked" and the like stay beside what they are about. */
export function Doi({ doi }: { readonly doi: string | null }) {
  if (!doi) return null;
  return (
    <a className="no-print" href={`https://doi.org/${doi}`} target="_blank" rel="noreferrer">
      Open the source
    </a>
  );
}

const groupOf = (node: Criterion): readonly [string, readonly Criterion[]] | null => {
  if ("all" in node) return ["all of", node.all];
  if ("any" in node) return ["any of", node.any];
  if ("not" in node) return ["not", [node.not]];
  if ("of" in node) return [`at least ${node.atLeast} of`, node.of];
  return null;
};

/** A criterion as it is written, without a patient. */
export function CriterionTree({ node }: { readonly node: Criterion }) {
  const group = groupOf(node);
  if (!group) return <div className="criterion-leaf">{sentence(node)}</div>;
  const [word, children] = group;
  if (children.length === 0) return <div>{sentence(node)}</div>;
  return (
    <div>
      <span className="sub">{word}</span>
      <div className="trace-children">
        {children.map((child, i) => (
          <CriterionTree key={i} node={child} />
        ))}
      </div>
    </div>
  );
}
