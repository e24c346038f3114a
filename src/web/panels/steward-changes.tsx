import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ImpactRunView } from "../../cases/impact-views.ts";
import type { DraftView } from "../../cases/steward-views.ts";
import type { Impact as CountedImpact } from "../../knowledge/impact.ts";
import type { RecommendationChange } from "../../knowledge/index.ts";
import { VERDICT_WORDS } from "../../knowledge/verdict.ts";
import { askedImpact, impactRun } from "../api/steward.ts";
import { Notice } from "../design/notice.tsx";
import { ChangeTable } from "./library-history.tsx";

const KINDS = { added: "new", removed: "taken out", changed: "changed" } as const;

/** What the saved draft says otherwise than the version it began from, and of whom. */
export function StewardChanges({ draft }: { readonly draft: DraftView }) {
  const matters = (change: RecommendationChange) =>
    change.kind !== "changed" || change.criteria.length > 0 || change.regrouped || change.words.some(bears);
  const weighty = draft.changes.filter(matters);
  const others = draft.changes.filter((change) => !matters(change));
  const open = draft.state === "draft" || draft.state === "in review";
  return (
    <div className="admin-body" data-testid="steward-changes">
      <h2>What changed</h2>
      {draft.changes.length === 0 ? <p className="sub">Nothing that a reader sees, in what is saved.</p> : null}
      {weighty.map((change) => (
        <Changed key={change.id} change={change} open />
      ))}
      {others.length > 0 ? (
        <details>
          <summary>
            {others.length} with other words only <span className="sub">{wordsOf(others)}</span>
          </summary>
          {others.map((change) => (
            <Changed key={change.id} change={change} open={false} />
          ))}
        </details>
      ) : null}
      <h2>Of whom it says something else</h2>
      {open ? <Impact draft={draft} /> : <p className="sub">Counted while a draft is open.</p>}
    </div>
  );
}

/** Words that change what is said to a reader; the others say whose it is and where it is from. */
const BEARING: readonly string[] = ["action", "direction", "strength", "certainty", "gradeSystem", "status", "expires"];
const bears = ({ of }: RecommendationChange["words"][number]) => BEARING.includes(of);

const wordsOf = (changes: readonly RecommendationChange[]) =>
  [...new Set(changes.flatMap((change) => change.words.map(({ of }) => of)))].join(", ");

function Changed({ change, open }: { readonly change: RecommendationChange; readonly open: boolean }) {
  return (
    <details open={open}>
      <summary>
        {change.id} <span className="sub">{KINDS[change.kind]}</span>
      </summary>
      <ChangeTable {...change} />
    </details>
  );
}

/** A count that runs in the background, with the cases that this person may see. */
function Impact({ draft }: { readonly draft: DraftView }) {
  const { data: asked, error } = useQuery(askedImpact(draft.id, draft.version));
  if (asked) return <Counting run={asked.id} />;
  if (error) return <Notice title="Not counted">{error.message}</Notice>;
  return <p className="sub">Asking for a count</p>;
}

function Counting({ run }: { readonly run: string }) {
  const { data, error } = useQuery(impactRun(run));
  if (data?.result) return <Both of={data.result} />;
  if (error && !data) return <Notice title="Not counted">{error.message}</Notice>;
  if (data?.state === "failed" || data?.state === "cancelled")
    return <Notice title="Not counted">{data.error ?? "The count was ended before it was done."}</Notice>;
  if (!data || data.state === "queued") return <p className="sub">Waits for its turn</p>;
  const of = data.total === null ? "" : ` of about ${data.total.toLocaleString()}`;
  return (
    <p className="sub" aria-live="polite">
      Judging open cases and the decisions of the last year: {data.seen.toLocaleString()}
      {of} read
    </p>
  );
}

function Both({ of }: { readonly of: NonNullable<ImpactRunView["result"]> }) {
  return (
    <>
      <Counted title="Cases that wait for an answer" of={of.open} />
      <Counted title={`Decisions since ${of.since.slice(0, 10)}`} of={of.decided} />
    </>
  );
}

/** The cases behind a figure, as far as this person may see them. */
function Cases({ ids }: { readonly ids: readonly string[] }) {
  return (
    <details>
      <summary className="sub">
        {ids.length} {ids.length === 1 ? "case" : "cases"} you may open
      </summary>
      <ul className="steward-cases">
        {ids.map((id) => (
          <li key={id}>
            <Link to="/cases/$caseId" params={{ caseId: id }}>
              Case {id.slice(0, 8)}
            </Link>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Counted({ title, of }: { readonly title: string; readonly of: CountedImpact }) {
  const most = Math.max(1, ...of.lines.map((line) => line.count));
  return (
    <section aria-label={title}>
      <h3>
        {title}: {of.otherwise} of {of.patients} would be judged otherwise
      </h3>
      {of.lines.length === 0 ? null : (
        <table>
          <thead>
            <tr>
              <th scope="col">Recommendation</th>
              <th scope="col">Now</th>
              <th scope="col">Then</th>
              <th scope="col" className="figure">
                Cases
              </th>
              <th scope="col">
                <span className="hidden-visually">As a bar</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {of.lines.map((line) => (
              <tr key={`${line.id} ${line.from} ${line.to}`}>
                <td>
                  {line.subject} <span className="sub">{line.id}</span>
                  {line.examples.length > 0 ? <Cases ids={line.examples} /> : null}
                </td>
                <td>{line.from ? VERDICT_WORDS[line.from] : "says nothing"}</td>
                <td>{line.to ? VERDICT_WORDS[line.to] : "says nothing"}</td>
                <td className="figure">{line.count}</td>
                <td className="steward-bar">
                  <span style={{ width: `${(100 * line.count) / most}%` }} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
