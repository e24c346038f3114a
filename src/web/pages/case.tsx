import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { CaseView } from "../../cases/views.ts";
import { oneCase, session } from "../api/queries.ts";
import { Notice } from "../design/notice.tsx";
import { useIsPhone } from "../design/phone.ts";
import { Tabs } from "../design/tabs.tsx";
import { isTyping } from "../keyboard.ts";
import { AnswerBar, type AnswerKind } from "../panels/answer-bar.tsx";
import { CaseHeader } from "../panels/case-header.tsx";
import { CaseImages, hasImages } from "../panels/case-images.tsx";
import { FactDialog } from "../panels/fact-dialog.tsx";
import { FactsPanel } from "../panels/facts.tsx";
import { NumbersPanel } from "../panels/numbers.tsx";
import { OptionsPanel } from "../panels/options.tsx";
import { ProcedurePanel } from "../panels/procedure.tsx";
import { beginScoring, ScalePanel } from "../panels/scale-panel.tsx";
import { referrerSupplies } from "../panels/supply.ts";
import { Thread } from "../panels/thread.tsx";
import { Timeline } from "../panels/timeline.tsx";
import { Failed } from "./failed.tsx";
import "./case.css";

/** A case: the clock and the facts above, the images as the page, options, numbers and the thread beside, the act below. */
export function CasePage() {
  const { caseId } = useParams({ from: "/inside/cases/$caseId" });
  const { data: shown, error, isPending } = useQuery(oneCase(caseId));
  const { data: person } = useQuery(session);
  const navigate = useNavigate();
  const isPhone = useIsPhone();
  const [tab, setTab] = useState("options");
  const [answering, setAnswering] = useState<{ kind: AnswerKind; need: readonly string[] } | null>(null);
  const [adding, setAdding] = useState<string | null>(null);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !event.defaultPrevented && !isTyping(event)) void navigate({ to: "/" });
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [navigate]);

  if (!shown) {
    return isPending ? <Notice middle title="Opening the case" /> : <Failed error={error} />;
  }
  const ask = (field: string) =>
    shown.may.answer && referrerSupplies(field) ? setAnswering({ kind: "need-data", need: [field] }) : setAdding(field);
  const score = (scale: string, occasion: string) => {
    beginScoring(shown.id, scale, occasion);
    setTab("scales");
  };
  const thread = { id: "thread", label: "Thread", count: shown.messages.length, panel: <Thread shown={shown} /> };
  const contradictions = shown.facts.filter((group) => group.contradicted).length;
  const running = shown.analyses.some((run) => run.state === "queued" || run.state === "running");
  const tabs = [
    { id: "options", label: "Options", panel: <OptionsPanel shown={shown} onAsk={ask} /> },
    {
      id: "numbers",
      label: "Numbers",
      ...(running ? { count: "◐" } : {}),
      panel: (
        <NumbersPanel series={shown.series} analyses={shown.analyses} mayRun={shown.may.write || shown.may.answer} />
      ),
    },
    {
      id: "facts",
      label: "Facts",
      ...(contradictions > 0 ? { count: `◐ ${contradictions}` } : {}),
      panel: <FactsPanel shown={shown} onScore={score} />,
    },
    { id: "scales", label: "Scales", panel: <ScalePanel shown={shown} /> },
    { id: "procedure", label: "Procedure", panel: <ProcedurePanel caseId={shown.id} /> },
    { id: "course", label: "Course", panel: <Timeline shown={shown} /> },
    ...(isPhone ? [thread] : []),
  ];
  return (
    <div className="case" data-testid="case" data-status={shown.status}>
      <p className="unseen" role="status">
        {shown.status === "waiting" || shown.status === "draft"
          ? ""
          : `${shown.patient.name.replace("^", ", ")}: ${shown.next}`}
      </p>
      <CaseHeader shown={shown} organisationId={person?.organisation.id ?? ""} />
      <CaseWarning shown={shown} />
      <div className="case-main">
        <div className={`case-images ${hasImages(shown.series) ? "" : "none"}`}>
          <CaseImages shown={shown} />
        </div>
        <aside className="case-side">
          <p className="case-question">{shown.question || <span className="sub">No question was written.</span>}</p>
          <div className="case-tabs">
            <Tabs label="About this case" tabs={tabs} value={tab} onChange={setTab} />
          </div>
          {isPhone ? null : <div className="case-thread">{thread.panel}</div>}
        </aside>
        <AnswerBar shown={shown} answering={answering} onAnswering={setAnswering} />
      </div>
      <FactDialog caseId={shown.id} name={adding} onClose={() => setAdding(null)} onScore={score} />
    </div>
  );
}

/** What must not be missed about the case as a whole, such as images that name another patient. */
function CaseWarning({ shown }: { readonly shown: CaseView }) {
  const warnings = [...new Set(shown.timeline.filter((event) => event.kind === "warning").map((event) => event.text))];
  const last = warnings.at(-1);
  if (last === undefined) return null;
  return (
    <div className="banner case-warning" role="alert" data-testid="case-warning">
      <span aria-hidden="true">◐</span> {last}
      {warnings.length > 1 ? <span className="sub"> {warnings.length - 1} more under Course</span> : null}
    </div>
  );
}
