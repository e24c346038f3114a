import { useState } from "react";
import type { FactValue } from "../../core/index.ts";
import { decide, leavesOf, trace } from "../../knowledge/criteria.ts";
import { fieldOf } from "../../knowledge/dictionary.ts";
import type { Recommendation, Vignette } from "../../knowledge/index.ts";
import { describeFact } from "../../knowledge/sentence.ts";
import { VERDICT_WORDS, verdictOf } from "../../knowledge/verdict.ts";
import { Button } from "../design/button.tsx";
import { Dialog } from "../design/dialog.tsx";
import { State } from "../design/mark.tsx";
import { FactInput } from "./fact-input.tsx";

/** What a made-up patient comes out as now; null while the criterion is half written. */
export function resultOf(item: Recommendation, { facts }: Vignette): Vignette["expected"] | null {
  try {
    return verdictOf(decide(item.criteria, facts));
  } catch {
    return null; // half written
  }
}

/** The facts that have to be named for this patient, by the criterion as it is written. */
function missingOf(item: Recommendation, facts: Vignette["facts"], before: readonly string[]): readonly string[] {
  try {
    return trace(item.criteria, facts).missing;
  } catch {
    return before; // half written
  }
}

interface Table {
  readonly item: Recommendation;
  readonly vignettes: readonly Vignette[];
  readonly locked: boolean;
  readonly onChange: (vignettes: readonly Vignette[]) => void;
}

/** Made-up patients of a recommendation, each judged by the criterion as it is now written. */
export function VignetteTable({ item, vignettes, locked, onChange }: Table) {
  const [open, setOpen] = useState<number | null>(null);
  const put = (k: number, next: Vignette | null) =>
    onChange(vignettes.flatMap((one, i) => (i !== k ? [one] : next ? [next] : [])));
  if (vignettes.length === 0)
    return <p className="sub">None yet: a positive, a negative, an unknown and one on the boundary are needed.</p>;
  return (
    <div className="admin-table">
      <table data-testid="vignettes">
        <thead>
          <tr>
            <th scope="col">Kind</th>
            <th scope="col">Patient</th>
            <th scope="col">Expected</th>
            <th scope="col">Now</th>
            <th scope="col">
              <span className="hidden-visually">Acts</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {vignettes.map((one, k) => {
            const result = resultOf(item, one);
            const well = result === one.expected;
            return (
              <tr key={one.id} data-well={well}>
                <td>{one.kind}</td>
                <td>
                  {Object.entries(one.facts)
                    .map(([name, value]) => describeFact(name, value))
                    .join(", ") || "nothing known"}
                </td>
                <td>{VERDICT_WORDS[one.expected]}</td>
                <td>
                  <State is={well ? "fine" : "wait"}>
                    {well
                      ? "as expected"
                      : result
                        ? `${VERDICT_WORDS[result]}, not as expected`
                        : "cannot be judged yet"}
                  </State>
                </td>
                <td className="steward-acts">
                  {locked ? null : (
                    <>
                      <Button look="quiet" onPress={() => setOpen(k)}>
                        Change
                      </Button>
                      <Button look="quiet" aria-label={`Take out the ${one.kind} patient`} onPress={() => put(k, null)}>
                        ✕
                      </Button>
                    </>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {open !== null && vignettes[open] ? (
        <VignetteDialog
          item={item}
          vignette={vignettes[open]}
          onClose={() => setOpen(null)}
          onKeep={(next) => {
            put(open, next);
            setOpen(null);
          }}
        />
      ) : null}
    </div>
  );
}

interface Changing {
  readonly item: Recommendation;
  readonly vignette: Vignette;
  readonly onKeep: (vignette: Vignette) => void;
  readonly onClose: () => void;
}

function VignetteDialog({ item, vignette, onKeep, onClose }: Changing) {
  const [facts, setFacts] = useState<Readonly<Record<string, FactValue>>>(vignette.facts);
  const [kind, setKind] = useState(vignette.kind);
  const [expected, setExpected] = useState(vignette.expected);
  const names = [...new Set([...leavesOf(item.criteria).map((leaf) => leaf.field), ...Object.keys(facts)])];
  const set = (name: string, value: FactValue | null) => {
    const { [name]: _, ...rest } = facts;
    setFacts(value === null ? rest : { ...rest, [name]: value });
  };
  const now = resultOf(item, { ...vignette, facts });
  const keep = () => {
    const missing = expected === "cannotDetermine" ? missingOf(item, facts, vignette.missing) : [];
    onKeep({ ...vignette, facts, kind, expected, missing });
  };
  return (
    <Dialog
      title="A made-up patient"
      isOpen
      onClose={onClose}
      wide
      data-testid="vignette-dialog"
      foot={
        <>
          <span className="sub">
            By the criterion as it is written: {now ? VERDICT_WORDS[now] : "not to be judged yet"}
          </span>
          <Button look="act" onPress={keep}>
            Keep this patient
          </Button>
        </>
      }
    >
      <div className="steward-words">
        <label className="field">
          <span className="field-label">Kind</span>
          <select className="input" value={kind} onChange={(event) => setKind(event.target.value as Vignette["kind"])}>
            {["positive", "negative", "unknown", "boundary"].map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
        <label className="field">
          <span className="field-label">Expected</span>
          <select
            className="input"
            value={expected}
            onChange={(event) => setExpected(event.target.value as Vignette["expected"])}
          >
            {Object.entries(VERDICT_WORDS).map(([id, label]) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
          </select>
        </label>
        {names.map((name) => {
          const field = fieldOf(name);
          if (!field) return null;
          const value = facts[name] ?? null;
          return (
            <div key={name} className="steward-fact">
              <FactInput
                field={field}
                value={value}
                onChange={(next) => set(name, next)}
                data-testid={`fact-${name}`}
              />
              {value === null ? (
                <span className="sub">not known</span>
              ) : (
                <Button look="link" onPress={() => set(name, null)}>
                  Not known
                </Button>
              )}
            </div>
          );
        })}
      </div>
    </Dialog>
  );
}
