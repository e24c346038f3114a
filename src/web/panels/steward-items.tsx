import { useState } from "react";
import type { PublishingProblem, Recommendation, Vignette } from "../../knowledge/index.ts";
import { Button } from "../design/button.tsx";
import { Dialog } from "../design/dialog.tsx";
import { TextField } from "../design/field.tsx";
import { say } from "../design/toast.tsx";
import { StewardItem } from "./steward-item.tsx";

interface Items {
  readonly items: readonly Recommendation[];
  readonly vignettes: readonly Vignette[];
  /** What stood in the way when it was saved last; empty while something is not saved. */
  readonly problems: readonly PublishingProblem[];
  readonly locked: boolean;
  readonly onChange: (items: readonly Recommendation[], vignettes: readonly Vignette[]) => void;
}

/** The recommendations of a draft as a table, and the one that is written beside it. */
export function StewardItems({ items, vignettes, problems, locked, onChange }: Items) {
  const [open, setOpen] = useState<string | null>(items[0]?.id ?? null);
  const [words, setWords] = useState("");
  const [owning, setOwning] = useState(false);
  const sought = words.trim().toLowerCase();
  const shown = items.filter((item) => `${item.id} ${item.subject} ${item.action}`.toLowerCase().includes(sought));
  const item = items.find((one) => one.id === open) ?? shown[0];
  const of = (id: string) => problems.filter((problem) => problem.item === id);
  const put = (next: Recommendation) =>
    onChange(
      items.map((one) => (one.id === next.id ? next : one)),
      vignettes,
    );
  const add = () => {
    const id = newId(items);
    onChange([...items, blank(id, items[0])], vignettes);
    setWords("");
    setOpen(id);
  };
  return (
    <div className="steward-split">
      <div className="steward-list">
        <TextField label="Search in this pack" value={words} onChange={setWords} />
        {locked ? null : (
          <div className="steward-row">
            <Button onPress={add}>Add a recommendation</Button>
            <Button onPress={() => setOwning(true)} data-testid="own-all">
              Owner of all
            </Button>
          </div>
        )}
        <ul>
          {shown.map((one) => (
            <li key={one.id}>
              <button
                type="button"
                className="steward-line"
                aria-current={one.id === item?.id}
                onClick={() => setOpen(one.id)}
                data-testid={`line-${one.id}`}
              >
                <span>{one.subject || one.id}</span>
                <span className="sub steward-action">{one.action}</span>
                <span className="sub">
                  {one.id}
                  {one.status === "superseded" ? ", superseded" : ""}
                  {of(one.id).length > 0 ? `, ${of(one.id).length} to do` : ""}
                </span>
              </button>
            </li>
          ))}
          {shown.length === 0 ? <li className="sub">Nothing here holds these words.</li> : null}
        </ul>
      </div>
      <div className="steward-detail">
        {item ? (
          <StewardItem
            key={item.id}
            item={item}
            locked={locked}
            problems={of(item.id).map(({ message }) => message)}
            vignettes={vignettes.filter((one) => one.recommendation === item.id)}
            onItem={put}
            onOut={() => {
              onChange(
                items.filter((one) => one.id !== item.id),
                vignettes.filter((one) => one.recommendation !== item.id),
              );
              say(`${item.id} is taken out. Undo brings it back; to keep it to be read, make it superseded.`);
            }}
            onVignettes={(next) =>
              onChange(items, [...vignettes.filter((one) => one.recommendation !== item.id), ...next])
            }
          />
        ) : (
          <p className="sub">{locked ? "No recommendation in this pack." : "No recommendation yet: add the first."}</p>
        )}
      </div>
      {owning ? (
        <OwnAll
          onClose={() => setOwning(false)}
          onKeep={(owner, disclosure) => {
            onChange(
              items.map((one) => ({ ...one, owner: one.owner ?? owner, disclosure: one.disclosure ?? disclosure })),
              vignettes,
            );
            setOwning(false);
          }}
        />
      ) : null}
    </div>
  );
}

function OwnAll({
  onKeep,
  onClose,
}: {
  readonly onKeep: (owner: string, disclosure: string) => void;
  readonly onClose: () => void;
}) {
  const [owner, setOwner] = useState("");
  const [disclosure, setDisclosure] = useState("");
  return (
    <Dialog
      title="Who keeps these right"
      isOpen
      onClose={onClose}
      foot={
        <Button
          look="act"
          isDisabled={owner.trim() === "" || disclosure.trim() === ""}
          onPress={() => onKeep(owner.trim(), disclosure.trim())}
        >
          Give it to all that have none
        </Button>
      }
    >
      <TextField label="Owner" value={owner} onChange={setOwner} autoFocus />
      <TextField
        label="Disclosure of the owner"
        value={disclosure}
        onChange={setDisclosure}
        hint={'Interests that bear on it; "none declared" is one'}
      />
    </Dialog>
  );
}

function newId(items: readonly Recommendation[]): string {
  const stem = items[0]?.id.replace(/-[^-]*$/, "") ?? "new";
  for (let n = 1; ; n++) if (!items.some((one) => one.id === `${stem}-new${n}`)) return `${stem}-new${n}`;
}

/** A recommendation with nothing said yet; what all of a pack share is that of `like`. */
function blank(id: string, like: Recommendation | undefined): Recommendation {
  return {
    id,
    ...{ guideline: like?.guideline ?? "", body: like?.body ?? "", year: like?.year ?? 2026, doi: like?.doi ?? null },
    ...{ citationNote: null, topic: like?.topic ?? "", indications: [], criteria: { all: [] }, action: "" },
    ...{ group: "intervention", subject: "", direction: "for", gradeSystem: like?.gradeSystem ?? "" },
    ...{ strength: "", certainty: "", status: "current", supersedes: [], expires: like?.expires ?? "" },
    ...{ verified: "from-memory", verifiedScope: "none", confidence: "low", verifiedVia: [], note: null },
  };
}
