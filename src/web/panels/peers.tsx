import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { deed, type Peer, type PeerTest, peers, strangers, type Transfer, transfers } from "../api/admin.ts";
import { ask } from "../api/client.ts";
import { useMinute } from "../api/clock.ts";
import { Button } from "../design/button.tsx";
import { State } from "../design/mark.tsx";
import { Notice } from "../design/notice.tsx";
import { Progress } from "../design/progress.tsx";
import { sayProblem } from "../design/toast.tsx";
import { Commitments } from "./commitments.tsx";
import { clockTime } from "./elapsed.ts";
import { counted } from "./figures.ts";
import { PeerDialog, type PeerDraft } from "./peer-dialog.tsx";

/** Who we speak DICOM with: what each may do, whether it answers, who called and is not known. */
export function PeersPanel({ mayWrite }: { readonly mayWrite: boolean }) {
  const { data, error } = useQuery(peers);
  const { data: callers } = useQuery({ ...strangers, enabled: mayWrite });
  const [open, setOpen] = useState<PeerDraft | null>(null);
  const now = useMinute();
  if (!data)
    return error ? <Notice title="The list could not be fetched">{error.message}</Notice> : <Notice title="Asking" />;
  return (
    <div className="admin-body" data-testid="peers">
      <div className="spread">
        <p className="quiet-text">
          This server is called <strong>{data.own.aeTitle}</strong>
          {data.own.tls ? ", with TLS as well" : ""}. A device that sends here is given this title, this machine's
          address and the DICOM port.
        </p>
        {mayWrite ? (
          <Button onPress={() => setOpen({})} data-testid="peer-add">
            Add a peer
          </Button>
        ) : null}
      </div>
      {data.peers.length === 0 ? (
        <Notice title="No peer is known yet">
          Add the archive and the devices of the hospital. Who is not known may send images, and nothing else.
        </Notice>
      ) : null}
      {data.peers.map((peer) => (
        <PeerRow key={peer.id} peer={peer} onEdit={mayWrite ? () => setOpen(peer) : undefined} />
      ))}
      {(callers?.callers.length ?? 0) > 0 ? <h2>Called, and not known</h2> : null}
      {callers?.callers.map((each) => (
        <div key={`${each.aeTitle} ${each.address}`} className="quarantine-row" data-testid="stranger">
          <div>
            <div className="strong">{each.aeTitle}</div>
            <div className="sub">
              from {each.address} · {counted(each.calls, "call")}, last {clockTime(Date.parse(each.lastAt), now)}
            </div>
          </div>
          <State is={each.refused ? "wait" : "look"}>
            {each.refused || "let in as a stranger: it may send, nothing else"}
          </State>
          <Button onPress={() => setOpen({ aeTitle: each.aeTitle, host: each.address })}>Make it a peer</Button>
        </div>
      ))}
      <Transfers />
      <Commitments />
      {open ? <PeerDialog draft={open} onClose={() => setOpen(null)} /> : null}
    </div>
  );
}

function PeerRow({ peer, onEdit }: { readonly peer: Peer; readonly onEdit: (() => void) | undefined }) {
  const [result, setResult] = useState<PeerTest | "asking" | null>(null);
  const now = useMinute();
  const test = async () => {
    setResult("asking");
    try {
      setResult(await ask<PeerTest>(`/api/peers/${peer.id}/test`, { method: "POST", json: {} }));
    } catch (failure) {
      setResult(null);
      sayProblem(failure);
    }
  };
  return (
    <div className="quarantine-row" data-testid="peer-row">
      <div>
        <div className="strong">{peer.aeTitle}</div>
        <div className="sub">
          {peer.host
            ? `${peer.host}:${peer.port}${peer.tls ? " with TLS" : ""}`
            : peer.callable
              ? "can be called"
              : "only calls us"}
          {peer.note ? ` · ${peer.note}` : ""}
        </div>
      </div>
      <div className="stack">
        <span className="sub">
          may {peer.permissions.join(", ")} ·{" "}
          {peer.lastCalledAt ? `called ${clockTime(Date.parse(peer.lastCalledAt), now)}` : "has not called yet"}
          {peer.active ? "" : " · switched off"}
        </span>
        {result === "asking" ? (
          <State is="none">Calling {peer.aeTitle}</State>
        ) : result?.ok ? (
          <State is="fine">
            Answers: {result.implementation || "no name given"}, reached in {result.connectMs} ms, agreed in{" "}
            {result.associateMs} ms, echo {result.echoMs} ms
          </State>
        ) : result ? (
          <State is="wait">{result.reason}</State>
        ) : null}
      </div>
      <div className="line-up quarantine-acts">
        <Button onPress={() => void test()} isDisabled={!peer.callable || result === "asking"} data-testid="peer-test">
          Test
        </Button>
        {onEdit ? (
          <Button look="quiet" onPress={onEdit} data-testid="peer-edit">
            Change
          </Button>
        ) : null}
      </div>
    </div>
  );
}

const WORDS = {
  queued: "waits",
  running: "on its way",
  done: "done",
  failed: "failed",
  cancelled: "cancelled",
} as const;

/** What the peer says about what it was sent. */
function committedWords({ state, objects, committed, failed }: NonNullable<Transfer["commitment"]>): string {
  if (state === "done" && committed === objects) return "the archive says that it keeps every object";
  if (state === "done") return `the archive does not keep ${failed || objects - committed} of ${objects}`;
  return state === "failed" ? "the archive does not say whether it keeps them" : "asked whether it keeps them";
}

/** Studies on their way from or to a peer. */
function Transfers() {
  const { data } = useQuery(transfers);
  const list = (data?.transfers ?? []).slice(0, 20);
  if (list.length === 0) return null;
  const act = (id: string, what: "cancel" | "retry") => void deed(`/api/transfers/${id}/${what}`, {}).catch(sayProblem);
  return (
    <>
      <h2>Studies on their way</h2>
      {list.map((each) => (
        <div key={each.id} className="quarantine-row" data-testid="transfer">
          <div>
            <div className="strong">
              {each.direction === "pull" ? `from ${each.aeTitle}` : `to ${each.aeTitle}`}{" "}
              <span className="sub">{each.patientId}</span>
            </div>
            <div className="sub clip">{each.studyUid}</div>
          </div>
          {each.state === "running" || each.state === "queued" ? (
            <Progress
              label={`${WORDS[each.state]}: ${each.completed}${each.total ? ` of ${each.total}` : ""}`}
              value={each.total ? each.completed / each.total : null}
            />
          ) : (
            <State is={each.state === "done" && each.failed === 0 ? "fine" : "wait"}>
              {WORDS[each.state]}
              {each.failed > 0 ? `, ${counted(each.failed, "object")} failed` : ""}
              {each.message ? `: ${each.message}` : ""}
              {each.commitment ? `; ${committedWords(each.commitment)}` : ""}
            </State>
          )}
          <div className="line-up quarantine-acts">
            {each.state === "running" || each.state === "queued" ? (
              <Button look="quiet" onPress={() => act(each.id, "cancel")}>
                Cancel
              </Button>
            ) : each.state === "done" ? null : (
              <Button onPress={() => act(each.id, "retry")}>Try again</Button>
            )}
          </div>
        </div>
      ))}
    </>
  );
}
