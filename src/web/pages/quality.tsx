import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { session } from "../api/queries.ts";
import { Notice } from "../design/notice.tsx";
import { Tabs } from "../design/tabs.tsx";
import { DeviationLog } from "../panels/deviation-log.tsx";
import { ScreeningLog } from "../panels/screening-log.tsx";
import "./admin.css";

/** What was met and not followed, and who was screened for which trial: the lists of quality, stewards and researchers. */
export function QualityPage() {
  const { tab } = useSearch({ from: "/inside/quality" });
  const navigate = useNavigate();
  const { data: person } = useQuery(session);
  const role = person?.role ?? "";
  const tabs = [
    ...(["quality-lead", "steward"].includes(role)
      ? [{ id: "not-followed", label: "Not followed", panel: <DeviationLog /> }]
      : []),
    ...(["researcher", "coordinator", "quality-lead", "steward", "administrator"].includes(role)
      ? [
          {
            id: "screening",
            label: "Trial screening",
            panel: <ScreeningLog mayName={["administrator", "coordinator"].includes(role)} />,
          },
        ]
      : []),
  ];
  const shown = tabs.find(({ id }) => id === tab) ?? tabs[0];
  return (
    <main className="admin" data-testid="quality">
      <header className="top">
        <h1 className="refer-title">Quality</h1>
        <span className="sub push">{person?.organisation.name}</span>
      </header>
      {shown ? (
        <Tabs
          label="Quality"
          value={shown.id}
          onChange={(id) => void navigate({ to: "/quality", search: { tab: id } })}
          tabs={tabs}
        />
      ) : person ? (
        <Notice title="These lists are for quality leads, stewards, researchers, coordinators and administrators">
          You are {person.role.replaceAll("-", " ")}. What concerns one case stands in that case.
        </Notice>
      ) : (
        <Notice title="Asking" />
      )}
    </main>
  );
}
