import type { CriterionChange } from "../../knowledge/diff.ts";
import type { Wording } from "../../knowledge/library.ts";
import { gradeWords } from "./grade.ts";
import { To } from "./library-paper.tsx";

const WORD: Readonly<Record<string, string>> = {
  action: "what to do",
  gradeSystem: "grading system",
  strength: "strength",
  certainty: "certainty",
  direction: "direction",
  status: "status",
  expires: "valid to",
};
const KIND: Readonly<Record<CriterionChange["kind"], string>> = {
  "threshold changed": "changed",
  added: "new",
  removed: "gone",
};

interface Changes {
  readonly criteria: readonly CriterionChange[];
  readonly words: readonly { readonly of: string; readonly before: string; readonly after: string }[];
  readonly regrouped: boolean;
}

/** What changed, a row each: condition or word, before, after. */
export function ChangeTable({ criteria, words, regrouped }: Changes) {
  if (criteria.length === 0 && words.length === 0 && !regrouped) return <p className="sub">Nothing that matters.</p>;
  return (
    <table className="change-table" data-testid="change-table">
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody>
        {criteria.map((change, i) => (
          <tr key={`${change.field} ${i}`}>
            <th scope="row">condition, {KIND[change.kind]}</th>
            <td>{change.before ? <del>{change.before}</del> : <span className="sub">no such condition</span>}</td>
            <td>{change.after ? <ins>{change.after}</ins> : <span className="sub">no such condition</span>}</td>
          </tr>
        ))}
        {words.map(({ of, before, after }) => (
          <tr key={of}>
            <th scope="row">{WORD[of] ?? of}</th>
            <td>
              <del>{before}</del>
            </td>
            <td>
              <ins>{after}</ins>
            </td>
          </tr>
        ))}
        {regrouped ? (
          <tr>
            <th scope="row">conditions</th>
            <td colSpan={2}>The same comparisons are joined differently.</td>
          </tr>
        ) : null}
      </tbody>
    </table>
  );
}

/** Older or newer wordings of a recommendation, each with what changed between the two. */
export function Wordings({ wordings, newer }: { readonly wordings: readonly Wording[]; readonly newer: boolean }) {
  return wordings.map((wording) => (
    <div key={wording.id} className="wording">
      <h3>
        {newer ? "Replaced by" : "Replaces"}{" "}
        <To kind="recommendation" id={wording.id}>
          {wording.action}
        </To>
      </h3>
      <p className="sub">
        {wording.source}, {gradeWords(wording)}
      </p>
      <ChangeTable {...wording} />
    </div>
  ));
}
