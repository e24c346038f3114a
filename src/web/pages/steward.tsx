import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { DraftLine } from "../../cases/steward-views.ts";
import type { ReviewLine } from "../../knowledge/index.ts";
import { session } from "../api/queries.ts";
import { beginDraft, stewardDesk } from "../api/steward.ts";
import { Button } from "../design/button.tsx";
import { TextField } from "../design/field.tsx";
import { type Meaning, State } from "../design/mark.tsx";
import { Notice } from "../design/notice.tsx";
import { sayProblem } from "../design/toast.tsx";
import { StewardBegin } from "../panels/steward-begin.tsx";
import { Failed } from "./failed.tsx";
import "./admin.css";
import "./steward.css";

/** The desk of a guideline steward: drafts under way, and what expires or is due for review, the nearest day first. */
export function StewardPage() {
  const { data, error } = useQuery(stewardDesk);
  const { data: person } = useQuery(session);
  const writes = person?.role === "steward";
  return (
    <main className="admin" data-testid="steward">
      <header className="top">
        <h1 className="refer-title">Guidelines in our care</h1>
        <span className="sub push">{person?.organisation.name}</span>
      </header>
      <div className="scroll">
        <div className="admin-body">
          {data ? null : error ? <Failed error={error} /> : <Notice title="Asking" />}
          {data ? <Drafts drafts={data.drafts} writes={writes} /> : null}
          {data ? <Queue lines={data.queue} writes={writes} /> : null}
        </div>
      </div>
    </main>
  );
}

const STATES: Readonly<Record<DraftLine["state"], { is: Meaning; word: string }>> = {
  draft: { is: "look", word: "being written" },
  "in review": { is: "look", word: "in review" },
  published: { is: "fine", word: "published" },
  withdrawn: { is: "none", word: "withdrawn" },
};

export function DraftState({ state, approvals }: Pick<DraftLine, "state" | "approvals">) {
  const { is, word } = STATES[state];
  if (state === "in review" && approvals >= 2) return <State is="fine">in review, 2 of 2 approved</State>;
  return <State is={is}>{state === "in review" ? `${word}, ${approvals} of 2 approved` : word}</State>;
}

function Drafts({ drafts, writes }: { readonly drafts: readonly DraftLine[]; readonly writes: boolean }) {
  const [empty, setEmpty] = useState(false);
  return (
    <section aria-labelledby="drafts">
      <div className="steward-row">
        <h2 id="drafts">Drafts</h2>
        {writes ? (
          <Button look="quiet" onPress={() => setEmpty(true)}>
            Begin an empty pack
          </Button>
        ) : null}
      </div>
      {empty ? <StewardBegin onClose={() => setEmpty(false)} /> : null}
      {drafts.length === 0 ? (
        <p className="sub">
          No draft yet. {writes ? "Begin one below, from a pack that is in force." : "A guideline steward begins one."}
        </p>
      ) : (
        <ul className="steward-drafts">
          {drafts.map((draft) => (
            <li key={draft.id}>
              <Link to="/steward/$draftId" params={{ draftId: draft.id }} className="card steward-draft">
                <span className="strong">{draft.title}</span>
                <DraftState {...draft} />
                <span className="sub">
                  {draft.author}, version {draft.version}, {new Date(draft.updatedAt).toLocaleString()}
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const DAYS = 86_400_000;

function When({ day, why }: Pick<ReviewLine, "day" | "why">) {
  const days = Math.round((Date.parse(day) - Date.now()) / DAYS);
  if (why === "expired") return <State is="wait">expired, drives nothing</State>;
  return <State is={days < 60 ? "look" : "none"}>{`${why} in ${days} days`}</State>;
}

function Queue({ lines, writes }: { readonly lines: readonly ReviewLine[]; readonly writes: boolean }) {
  const navigate = useNavigate();
  const [busy, setBusy] = useState<string | null>(null);
  const [words, setWords] = useState("");
  const sought = words.trim().toLowerCase();
  const shown = lines.filter((line) => `${line.title} ${line.pack} ${line.subject}`.toLowerCase().includes(sought));
  const begin = async (pack: string) => {
    setBusy(pack);
    try {
      await navigate({ to: "/steward/$draftId", params: { draftId: await beginDraft(pack) } });
    } catch (problem) {
      sayProblem(problem);
      setBusy(null);
    }
  };
  return (
    <section aria-labelledby="queue">
      <h2 id="queue">To look at, by its day</h2>
      <div className="steward-sought">
        <TextField label="Search" value={words} onChange={setWords} placeholder="stroke, aneurysm, ESO" />
        <span className="sub">
          {shown.length} of {lines.length}
        </span>
      </div>
      {shown.length === 0 ? <p className="sub">Nothing holds these words.</p> : null}
      <div className="admin-table">
        <table data-testid="review-queue">
          <thead>
            <tr>
              <th scope="col">Day</th>
              <th scope="col">What</th>
              <th scope="col">State</th>
              <th scope="col">
                <span className="hidden-visually">Acts</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((line) => (
              <tr key={`${line.pack} ${line.item} ${line.why} ${line.day}`}>
                <td className="number">{line.day}</td>
                <td>
                  <Link to="/know/$kind/$itemId" params={{ kind: "pack", itemId: line.pack }}>
                    {line.title}
                  </Link>
                  {line.item ? (
                    <span className="sub">
                      {" "}
                      {line.subject}
                      {line.count > 1 ? ` and ${line.count - 1} more` : ""}
                    </span>
                  ) : null}
                </td>
                <td>
                  <When {...line} />
                </td>
                <td className="steward-acts">
                  {writes && line.item === null && line.why !== "review due" ? (
                    <Button onPress={() => void begin(line.pack)} isDisabled={busy !== null}>
                      {busy === line.pack ? "Beginning" : "Begin a draft"}
                    </Button>
                  ) : null}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
