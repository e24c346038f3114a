import { useState } from "react";
import type { DraftEvent, DraftView } from "../../cases/steward-views.ts";
import { publishDraft, reviewDraft, submitDraft, withdrawDraft } from "../api/steward.ts";
import { Button } from "../design/button.tsx";
import { TextField } from "../design/field.tsx";
import { State } from "../design/mark.tsx";
import { say, sayProblem } from "../design/toast.tsx";

const DEEDS: Readonly<Record<DraftEvent["kind"], string>> = {
  begun: "began it",
  saved: "saved",
  submitted: "asked for review",
  approved: "approved it",
  "changes asked": "asked for changes",
  "taken back": "took a saving back",
  withdrawn: "gave it up",
  published: "published it",
};

/** What stands in the way, who said what, and the next act: ask for review, review, publish. */
export function StewardReview({ draft, dirty }: { readonly draft: DraftView; readonly dirty: boolean }) {
  const [busy, setBusy] = useState(false);
  const act = async (deed: () => Promise<DraftView>, done: string) => {
    setBusy(true);
    try {
      await deed();
      say(done);
    } catch (problem) {
      sayProblem(problem);
    }
    setBusy(false);
  };
  const { id, version, problems, may } = draft;
  const inWay = problems.length > 0;
  return (
    <div className="admin-body" data-testid="steward-review">
      <h2>{inWay ? `${problems.length} things stand in the way` : "Nothing stands in the way"}</h2>
      {inWay ? (
        <ul className="steward-problems">
          {problems.slice(0, 60).map(({ item, message }) => (
            <li key={`${item} ${message}`}>
              <State is="wait">
                {item ? `${item}: ` : ""}
                {message}
              </State>
            </li>
          ))}
          {problems.length > 60 ? <li className="sub">and {problems.length - 60} more</li> : null}
        </ul>
      ) : (
        <State is="fine">
          every recommendation has source, owner, disclosure and expiry, and its made-up patients come out as expected
        </State>
      )}
      {dirty ? <State is="look">What you typed is not saved yet; all this is of version {version}.</State> : null}
      {draft.state === "draft" && may.write ? (
        <div className="steward-row">
          <Button
            look="act"
            isDisabled={busy || inWay || dirty}
            onPress={() => void act(() => submitDraft(id, version), "Two others are asked to review it.")}
            data-testid="submit-draft"
          >
            Ask for review
          </Button>
          <GiveUp onGiveUp={(words) => void act(() => withdrawDraft(id, words), "The draft is given up.")} />
        </div>
      ) : null}
      {draft.state === "in review" ? (
        <>
          <p>
            {draft.approvals} of 2 persons who did not write in it approved version {version}.
          </p>
          {may.review === null ? (
            <Review
              busy={busy}
              onReview={(given) => act(() => reviewDraft(id, { version, ...given }), "Your review is kept.")}
            />
          ) : (
            <p className="sub">You do not review it: {may.review}.</p>
          )}
          {may.write ? (
            <Button
              look="act"
              isDisabled={busy || may.publish !== null || dirty}
              onPress={() => void act(() => publishDraft(id, version), "It is published, and in force for every case.")}
              data-testid="publish-draft"
            >
              {may.publish === null ? "Publish" : `Publish (${may.publish})`}
            </Button>
          ) : null}
        </>
      ) : null}
      <h2>What was done</h2>
      <ol className="steward-events">
        {draft.events.map((event) => (
          <li key={`${event.at} ${event.kind}`}>
            <span className="sub">{new Date(event.at).toLocaleString()}</span>
            <span>
              <span className="strong">{event.by}</span> {DEEDS[event.kind]}
              <span className="sub">, version {event.version}</span>
              {event.kind !== "published" && event.words ? <q>{event.words}</q> : null}
              {event.disclosure ? <span className="sub"> Disclosure: {event.disclosure}</span> : null}
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}

function GiveUp({ onGiveUp }: { readonly onGiveUp: (words: string) => void }) {
  const [words, setWords] = useState<string | null>(null);
  if (words === null)
    return (
      <Button look="quiet" onPress={() => setWords("")}>
        Give the draft up
      </Button>
    );
  return (
    <span className="steward-row">
      <TextField label="Why it is given up" value={words} onChange={setWords} autoFocus />
      <Button look="warn" isDisabled={words.trim() === ""} onPress={() => onGiveUp(words)}>
        Give it up
      </Button>
      <Button look="quiet" onPress={() => setWords(null)}>
        Keep it
      </Button>
    </span>
  );
}

function Review({
  busy,
  onReview,
}: {
  readonly busy: boolean;
  readonly onReview: (given: { verdict: "approved" | "changes asked"; words: string; disclosure: string }) => void;
}) {
  const [words, setWords] = useState("");
  const [disclosure, setDisclosure] = useState("");
  const ready = !busy && words.trim() !== "" && disclosure.trim() !== "";
  return (
    <section className="card steward-form" aria-label="Your review">
      <TextField
        label="What you checked, and what you say"
        value={words}
        onChange={setWords}
        lines={3}
        data-testid="review-words"
      />
      <TextField
        label="Your interests that bear on it"
        value={disclosure}
        onChange={setDisclosure}
        hint={'"none declared" is one; shown beside the pack'}
        data-testid="review-disclosure"
      />
      <div className="steward-row">
        <Button isDisabled={!ready} onPress={() => onReview({ verdict: "changes asked", words, disclosure })}>
          Ask for changes
        </Button>
        <Button
          look="act"
          isDisabled={!ready}
          onPress={() => onReview({ verdict: "approved", words, disclosure })}
          data-testid="approve-draft"
        >
          Approve
        </Button>
      </div>
    </section>
  );
}
