import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import { changes, claims, versions } from "../api/admin.ts";
import { health, people, quarantine, session } from "../api/queries.ts";
import { State } from "../design/mark.tsx";
import { Notice } from "../design/notice.tsx";
import { Tabs } from "../design/tabs.tsx";
import { ArrivalsPanel } from "../panels/arrivals.tsx";
import { AuditPanel } from "../panels/audit.tsx";
import { IdentityHistory } from "../panels/identity-history.tsx";
import { IssuersPanel } from "../panels/issuers.tsx";
import { PacksPanel } from "../panels/packs.tsx";
import { PatientsPanel } from "../panels/patients.tsx";
import { PeersPanel } from "../panels/peers.tsx";
import { QuarantinePanel } from "../panels/quarantine.tsx";
import { StoragePanel } from "../panels/storage.tsx";
import { VersionsPanel } from "../panels/versions.tsx";
import { WorklistPanel } from "../panels/worklist.tsx";
import "./admin.css";

/** What arrives, what failed and why, who the patients are, how the installation stands. */
export function AdminPage() {
  const { tab = "arrivals", patient } = useSearch({ strict: false }) as { tab?: string; patient?: string };
  const navigate = useNavigate();
  const { data: person } = useQuery(session);
  const { data: files } = useQuery(quarantine);
  const { data: open } = useQuery(claims);
  const { data: others } = useQuery(versions);
  const go = (next: string) => void navigate({ to: "/admin", search: { tab: next } });
  const show = (id: string | null) =>
    void navigate({ to: "/admin", search: id === null ? { tab: "patients" } : { tab: "patients", patient: id } });
  const mayAudit = person?.role === "administrator" || person?.role === "quality-lead";
  const mayChange = person?.role === "administrator" || person?.role === "coordinator";
  const mayPacks = person?.role === "administrator" && person.organisation.kind === "hub";
  const maySchedule =
    mayChange ||
    !["quality-lead", "steward", "researcher", "clinic", "emergency-physician"].includes(person?.role ?? "clinic");
  useEffect(() => {
    // On a phone the tabs are wider than the page: the chosen one is to be seen.
    document
      .querySelector(`[data-testid="tab-${CSS.escape(tab)}"]`)
      ?.scrollIntoView({ inline: "nearest", block: "nearest" });
  }, [tab]);
  const number = (n: number | undefined) => (n ? { count: n } : {});
  return (
    <main className="admin" data-testid="admin">
      <header className="top">
        <h1 className="refer-title">Administration</h1>
        <span className="sub push">{person?.organisation.name}</span>
      </header>
      <Tabs
        label="Administration"
        value={tab}
        onChange={go}
        tabs={[
          { id: "arrivals", label: "Arrivals", panel: <ArrivalsPanel onGo={go} mayChange={mayChange} /> },
          {
            ...{ id: "quarantine", label: "Quarantine", panel: <QuarantinePanel /> },
            ...number(files?.filter((each) => each.state === "waiting").length),
          },
          {
            ...{ id: "patients", label: "Patients" },
            ...number(open?.claims.length),
            panel: <PatientsPanel chosen={patient ?? null} onChoose={show} mayChange={mayChange} />,
          },
          {
            ...{ id: "versions", label: "Versions", panel: <VersionsPanel mayChange={mayChange} /> },
            ...number(others?.versions.length),
          },
          {
            ...{ id: "peers", label: "Peers" },
            panel: <PeersPanel mayWrite={person?.role === "administrator"} />,
          },
          { id: "worklist", label: "Worklist", panel: <WorklistPanel mayChange={maySchedule} /> },
          { id: "changes", label: "Changes", panel: <ChangesPanel mayChange={mayChange} /> },
          ...(mayChange ? [{ id: "space", label: "Space", panel: <StoragePanel /> }] : []),
          { id: "people", label: "People", panel: <PeoplePanel /> },
          ...(["administrator", "steward", "quality-lead"].includes(person?.role ?? "")
            ? [{ id: "packs", label: "Knowledge", panel: <PacksPanel mayChange={mayPacks} /> }]
            : []),
          ...(mayAudit ? [{ id: "audit", label: "Who saw what", panel: <AuditPanel /> }] : []),
          { id: "installation", label: "Installation", panel: <Installation mayChange={mayChange} /> },
        ]}
      />
    </main>
  );
}

function ChangesPanel({ mayChange }: { readonly mayChange: boolean }) {
  const { data, error } = useQuery(changes);
  if (!data)
    return error ? (
      <Notice title="The history could not be fetched">{error.message}</Notice>
    ) : (
      <Notice title="Asking" />
    );
  return (
    <div className="admin-body">
      {data.changes.length === 0 ? (
        <Notice title="Nobody has changed anything">
          Merged patients, moved studies and corrections are listed here, each with who, when, why and the way back.
        </Notice>
      ) : null}
      <IdentityHistory changes={data.changes} mayUndo={mayChange} />
    </div>
  );
}

function PeoplePanel() {
  const { data, error } = useQuery(people);
  if (!data)
    return error ? <Notice title="The list could not be fetched">{error.message}</Notice> : <Notice title="Asking" />;
  return (
    <div className="admin-body">
      <table>
        <thead>
          <tr>
            <th>Name</th>
            <th>Login name</th>
            <th>Role</th>
            <th>State</th>
          </tr>
        </thead>
        <tbody>
          {data.map((each) => (
            <tr key={each.id}>
              <td className="strong">{each.name}</td>
              <td>{each.login}</td>
              <td>{each.role.replaceAll("-", " ")}</td>
              <td>
                {each.active === false ? (
                  <State is="none">may not sign in</State>
                ) : (
                  <State is="fine">may sign in</State>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="sub">
        People and sign-in links are made on the server: <code>node run.mjs user --help</code>. There are no default
        passwords.
      </p>
    </div>
  );
}

function Installation({ mayChange }: { readonly mayChange: boolean }) {
  const { data, error } = useQuery(health);
  return (
    <div className="admin-body">
      {error ? <State is="wait">The server does not answer: {error.message}</State> : null}
      <table>
        <tbody>
          {Object.entries(data ?? {}).map(([name, value]) => (
            <tr key={name}>
              <td>{name}</td>
              <td>{value === "ok" ? <State is="fine">ok</State> : String(value)}</td>
            </tr>
          ))}
          <tr>
            <td>DICOMweb</td>
            <td>{location.origin}/dicom-web</td>
          </tr>
          <tr>
            <td>Programming interface</td>
            <td>
              <a href="/api/openapi.json">{location.origin}/api/openapi.json</a>
            </td>
          </tr>
        </tbody>
      </table>
      <IssuersPanel mayChange={mayChange} />
      <p className="sub">
        The state of disk, database and listeners in full: <code>node run.mjs doctor</code> on the server.
      </p>
    </div>
  );
}
