import { useQuery } from "@tanstack/react-query";
import { Link, useBlocker, useParams } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { DraftContent, DraftView } from "../../cases/steward-views.ts";
import type { Recommendation, Vignette } from "../../knowledge/index.ts";
import { saveDraft, stewardDraft, takeBackSaving } from "../api/steward.ts";
import { Button } from "../design/button.tsx";
import { TextField } from "../design/field.tsx";
import { Notice } from "../design/notice.tsx";
import { Tabs } from "../design/tabs.tsx";
import { say, sayProblem } from "../design/toast.tsx";
import { StewardChanges } from "../panels/steward-changes.tsx";
import { type DraftEdit, useDraftEdit } from "../panels/steward-edit.ts";
import { StewardItems } from "../panels/steward-items.tsx";
import { StewardReview } from "../panels/steward-review.tsx";
import { Failed } from "./failed.tsx";
import { DraftState } from "./steward.tsx";
import "./admin.css";
import "./library.css";
import "./steward.css";

/** One draft of a knowledge pack: written without code, judged while one writes, reviewed by two others, published. */
export function StewardDraftPage() {
  const { draftId } = useParams({ from: "/inside/steward/$draftId" });
  const { data, error } = useQuery(stewardDraft(draftId));
  if (data) return <Editor draft={data} />;
  return error ? <Failed error={error} /> : <Notice title="Asking" middle />;
}

/** The lists hold what the server could not check: only what has an id is shown as a recommendation. */
const itemsOf = (content: DraftContent) => content.recommendations as readonly Recommendation[];
const vignettesOf = (content: DraftContent) => content.vignettes as readonly Vignette[];

function Editor({ draft }: { readonly draft: DraftView }) {
  const edit = useDraftEdit(draft);
  const [tab, setTab] = useState("items");
  const [saving, setSaving] = useState(false);
  const locked = !draft.may.write;
  useBlocker({
    shouldBlockFn: () => edit.dirty && !window.confirm("What you typed is not saved. Leave it?"),
    enableBeforeUnload: () => edit.dirty,
  });
  const save = async () => {
    setSaving(true);
    const { content } = edit;
    try {
      const kept = await saveDraft(draft.id, edit.version, content, "");
      edit.keep(kept.version, content);
      say("The draft is saved.", {
        label: "Take it back",
        do: () => void takeBackSaving(draft.id, kept.version).catch(sayProblem),
      });
    } catch (problem) {
      sayProblem(problem);
    }
    setSaving(false);
  };
  useKeys({ save: edit.dirty && !saving ? () => void save() : null, undo: edit.undo, redo: edit.redo });
  const title = String(edit.content.pack.title ?? draft.pack);
  return (
    <main className="admin" data-testid="steward-draft">
      <header className="top">
        <Link to="/steward" className="sub">
          ← Guidelines
        </Link>
        <h1 className="refer-title">{title}</h1>
        <DraftState {...draft} />
        <span className="steward-row push">
          {locked ? null : (
            <>
              <Button look="quiet" isDisabled={edit.undo === null} onPress={() => edit.undo?.()}>
                Undo
              </Button>
              <Button look="quiet" isDisabled={edit.redo === null} onPress={() => edit.redo?.()}>
                Redo
              </Button>
              <Button
                look={edit.dirty ? "act" : "plain"}
                isDisabled={!edit.dirty || saving}
                onPress={() => void save()}
                data-testid="save-draft"
              >
                {saving ? "Saving" : edit.dirty ? "Save" : "Saved"}
              </Button>
            </>
          )}
        </span>
      </header>
      {edit.overtaken && !saving ? (
        <Notice
          title={`The draft was changed meanwhile by ${draft.events[0]?.by ?? "somebody else"}`}
          inset
          data-testid="overtaken"
          act={
            <span className="steward-row">
              <Button onPress={edit.load}>Show theirs, without what you typed</Button>
              <Button look="quiet" onPress={() => edit.keep(draft.version, draft.content)}>
                Keep yours, to save it over theirs
              </Button>
            </span>
          }
        >
          It is version {draft.version} now, and what you typed rests on version {edit.version}. Nothing of it is lost
          yet.
        </Notice>
      ) : null}
      <Tabs
        label="Draft"
        value={tab}
        onChange={setTab}
        tabs={[
          {
            id: "items",
            label: "Recommendations",
            count: itemsOf(edit.content).length,
            panel: (
              <StewardItems
                {...{ locked }}
                problems={edit.dirty ? [] : draft.problems}
                items={itemsOf(edit.content)}
                vignettes={vignettesOf(edit.content)}
                onChange={(items, vignettes) =>
                  edit.change((content) => ({ ...content, recommendations: items, vignettes }))
                }
              />
            ),
          },
          { id: "pack", label: "The pack", panel: <Header edit={edit} locked={locked} /> },
          { id: "changes", label: "Changes and impact", panel: <StewardChanges draft={draft} /> },
          {
            id: "review",
            label: "Review",
            count: draft.problems.length > 0 ? draft.problems.length : undefined,
            panel: <StewardReview draft={draft} dirty={edit.dirty} />,
          },
        ]}
      />
    </main>
  );
}

interface Keys {
  readonly save: (() => void) | null;
  readonly undo: (() => void) | null;
  readonly redo: (() => void) | null;
}

/** Ctrl+S saves; Ctrl+Z and Ctrl+Shift+Z outside a field go back and forth (inside, the browser's own undo works). */
function useKeys({ save, undo, redo }: Keys): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey)) return;
      const key = event.key.toLowerCase();
      const typing = (event.target as HTMLElement | null)?.closest?.("input, textarea, select") ?? null;
      const act = key === "s" ? save : key === "z" && !typing ? (event.shiftKey ? redo : undo) : null;
      if (key === "s" || act) event.preventDefault();
      act?.();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [save, undo, redo]);
}

const HEADER = [
  ["title", "Title", "As people search for it"],
  ["version", "Version", "Another one than any before"],
  ["expires", "Expires on", "Last day on which it may drive anything, like 2027-11-30"],
  ["expiryRule", "Why that day", "How the day was chosen"],
  ["nextReview", "The body reviews it on", "A day, or empty when the body says none"],
  ["body", "Body", ""],
  ["jurisdiction", "Jurisdiction", ""],
  ["licence", "Licence", ""],
  ["disclosures", "Disclosures of the authors of the guidance", "As the body publishes them, or that it does not"],
] as const;

function Header({ edit, locked }: { readonly edit: DraftEdit; readonly locked: boolean }) {
  const put = (key: string, value: string) =>
    edit.change((content) => ({
      ...content,
      pack: { ...content.pack, [key]: key === "nextReview" && value === "" ? null : value },
    }));
  return (
    <div className="admin-body steward-words" data-testid="steward-header">
      {HEADER.map(([key, label, hint]) => (
        <TextField
          key={key}
          label={label}
          value={String(edit.content.pack[key] ?? "")}
          isReadOnly={locked}
          onChange={(value) => put(key, value)}
          {...(hint ? { hint } : {})}
        />
      ))}
    </div>
  );
}
