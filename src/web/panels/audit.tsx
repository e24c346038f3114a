import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { audit } from "../api/queries.ts";
import { Button } from "../design/button.tsx";
import { State } from "../design/mark.tsx";
import { Notice } from "../design/notice.tsx";
import { exactTime } from "./elapsed.ts";

/** Who accessed which patient data, allowed and refused, newest first. */
export function AuditPanel() {
  const [before, setBefore] = useState<number | null>(null);
  const [object, setObject] = useState("");
  const { data, error } = useQuery(audit(before, object));
  if (!data)
    return error ? <Notice title="The trail could not be fetched">{error.message}</Notice> : <Notice title="Asking" />;
  const oldest = data.at(-1)?.id;
  return (
    <div className="admin-body">
      <div className="spread">
        <span className="sub">
          {object ? (
            <>
              Only {object}{" "}
              <Button look="link" onPress={() => setObject("")}>
                Show all
              </Button>
            </>
          ) : (
            "Every access to patient data, allowed or refused."
          )}
        </span>
        <span className="line-up">
          {before !== null ? <Button onPress={() => setBefore(null)}>Newest</Button> : null}
          {data.length === 100 && oldest !== undefined ? (
            <Button onPress={() => setBefore(oldest)}>Older</Button>
          ) : null}
        </span>
      </div>
      <div className="admin-table">
        <table>
          <thead>
            <tr>
              <th>When</th>
              <th>Who</th>
              <th>Did</th>
              <th>To</th>
              <th>Outcome</th>
            </tr>
          </thead>
          <tbody>
            {data.map((row) => (
              <tr key={row.id}>
                <td className="nowrap">{exactTime(Date.parse(row.at))}</td>
                <td>
                  {row.by?.name ?? "nobody signed in"}
                  <div className="sub">{row.by?.organisation ?? row.remote ?? ""}</div>
                </td>
                <td>
                  {row.action}
                  {row.detail?.reason ? <div className="sub">{row.detail.reason}</div> : null}
                </td>
                <td>
                  {row.objectKind}{" "}
                  {row.objectId ? (
                    <Button look="link" onPress={() => setObject(row.objectId)}>
                      {row.objectId.length > 24 ? `${row.objectId.slice(0, 24)}…` : row.objectId}
                    </Button>
                  ) : null}
                </td>
                <td>
                  <State is={row.outcome === "allowed" ? "none" : "wait"}>
                    {row.outcome} <span className="sub">{row.status}</span>
                  </State>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
