import type { PriorSearch, PriorStudy, Procedure } from "../api/workflow.ts";
import { Button } from "../design/button.tsx";
import { State } from "../design/mark.tsx";
import { Progress } from "../design/progress.tsx";
import { counted } from "./figures.ts";

/** Earlier studies of the patient: which are fetched, from where, why these, and what did not succeed. */
export function Priors({ searches, studies, onAgain }: Procedure["priors"] & { readonly onAgain: () => void }) {
  const failed =
    searches.some(({ state, message }) => state === "failed" || (state === "queued" && message !== "")) ||
    studies.some(({ state }) => state === "failed" || state === "cancelled");
  return (
    <section>
      <div className="spread">
        <h3>Earlier studies</h3>
        {searches.length > 0 ? (
          <Button look={failed ? "plain" : "quiet"} onPress={onAgain} data-testid="priors-again">
            {failed ? "Try again" : "Look again"}
          </Button>
        ) : null}
      </div>
      {searches.length === 0 ? (
        <p className="sub">
          No archive was asked. They are looked for by the patient's number at each peer that may be fetched from.
        </p>
      ) : null}
      <ul>
        {studies.map((study) => (
          <StudyLine key={study.studyUid} study={study} />
        ))}
        {searches.map((search) => (
          <SearchLine key={search.id} search={search} />
        ))}
      </ul>
    </section>
  );
}

function SearchLine({ search }: { readonly search: PriorSearch }) {
  const { aeTitle, state, found, chosen, message } = search;
  const words =
    state === "done"
      ? found === 0
        ? `${aeTitle} has none`
        : `${aeTitle} has ${counted(found, "earlier study", "earlier studies")}, ${chosen === found ? "all" : chosen} fetched`
      : state === "failed"
        ? `${aeTitle} could not be asked`
        : message
          ? `${aeTitle} is asked again soon`
          : `Asking ${aeTitle}`;
  return (
    <li data-testid="prior-search">
      <State is={state === "failed" ? "wait" : state === "queued" && message ? "look" : "none"}>{words}</State>
      {message ? <span className="sub">{message}</span> : null}
    </li>
  );
}

function StudyLine({ study }: { readonly study: PriorStudy }) {
  const { about, state, attachedAt, refused } = study;
  const moving = state === "queued" || state === "running";
  return (
    <li data-testid="prior-study" data-state={attachedAt ? "attached" : state}>
      <div className="spread">
        <span className="strong">
          {day(about.date)} {about.description || about.modalities?.join(", ") || "Study"}
        </span>
        {attachedAt ? <State is="fine">here</State> : null}
        {!attachedAt && !refused && !moving && state !== "failed" && state !== "cancelled" ? (
          <State is="none">comes in</State>
        ) : null}
      </div>
      <span className="sub">
        {about.why ? `${about.why} · ` : ""}from {study.aeTitle}
      </span>
      {moving && !attachedAt ? (
        <Progress
          label={`${study.completed ?? 0}${study.total ? ` of ${study.total}` : ""}`}
          value={study.total ? (study.completed ?? 0) / study.total : null}
        />
      ) : null}
      {refused ? <State is="look">not attached: {refused}</State> : null}
      {state === "failed" || state === "cancelled" ? (
        <State is="wait">
          {state === "failed" ? "failed" : "cancelled"}
          {study.message ? `: ${study.message}` : ""}
        </State>
      ) : null}
    </li>
  );
}

/** "20250301" as "1 Mar 2025"; what is no date stays away. */
function day(date = ""): string {
  const parts = /^(\d{4})(\d{2})(\d{2})$/.exec(date);
  if (!parts) return "";
  const at = new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]));
  return at.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
}
