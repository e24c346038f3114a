import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { health, people, quarantine, session } from "../api/queries.ts";
import { State } from "../design/mark.tsx";
import { Notice } from "../design/notice.tsx";
import { Tabs } from "../design/tabs.tsx";
import { AuditPanel } from "../panels/audit.tsx";
import { QuarantinePanel } from "../panels/quarantine.tsx";
import "./admin.css";

/** People, quarantine, the audit trail and how the installation stands. */
export function AdminPage() {
  const { data: person } = useQuery(session);
  const { data: waiting } = useQuery(quarantine);
  const [tab, setTab] = useState("quarantine");
  const count = (waiting ?? []).filter((each) => each.state === "waiting").length;
  const mayAudit = person?.role === "administrator" || person?.role === "quality-lead";
  return (
    <main className="admin" data-testid="admin">
      <header className="top">
        <h1 className="refer-title">Administration</h1>
        <span className="sub push">{person?.organisation.name}</span>
      </header>
      <Tabs
        label="Administration"
        value={tab}
        onChange={setTab}
        tabs={[
          { id: "quarantine", label: "Quarantine", count, panel: <QuarantinePanel /> },
          { id: "people", label: "People", panel: <PeoplePanel /> },
          ...(mayAudit ? [{ id: "audit", label: "Who saw what", panel: <AuditPanel /> }] : []),
          { id: "installation", label: "Installation", panel: <Installation /> },
        ]}
      />
    </main>
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

function Installation() {
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
      <p className="sub">
        The state of disk, database and listeners in full: <code>node run.mjs doctor</code> on the server.
      </p>
    </div>
  );
}
