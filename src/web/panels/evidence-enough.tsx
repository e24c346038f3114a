import { useQuery } from "@tanstack/react-query";
import type { Ease, Enough, EnoughSet } from "../../knowledge/enough.ts";
import type { Card } from "../../knowledge/evaluate.ts";
import { enough } from "../api/evidence.ts";
import { Button } from "../design/button.tsx";
import { State } from "../design/mark.tsx";

const EASE: Readonly<Record<Ease, string>> = {
  question: "a question",
  scale: "a scale",
  image: "on the images",
  test: "a test",
  decision: "the team decides",
};

/** What would be enough to decide the cards that cannot be determined: the smallest sets of facts, the easiest first, each a button. */
export function EnoughToDecide({
  caseId,
  cards,
  onAsk,
  askWords,
}: {
  readonly caseId: string;
  readonly cards: readonly Card[];
  readonly onAsk: (field: string) => void;
  readonly askWords: (field: string) => string;
}) {
  const open = cards.filter((card) => card.verdict === "cannotDetermine").slice(0, 20);
  const { data, error } = useQuery(
    enough(
      caseId,
      open.map(({ id }) => id),
    ),
  );
  if (open.length === 0) return null;
  if (error) return <p className="sub">What would be enough could not be worked out: {error.message}</p>;
  const told = distinct(data ?? []);
  if (told.length === 0) return null;
  return (
    <section data-testid="enough">
      <h3>Enough to decide</h3>
      <ul className="enough">
        {told.slice(0, 3).map((set) => (
          <li key={set.facts.map(({ field }) => field).join()}>
            {set.facts.map(({ field, label, ease }) => (
              <span key={field} className="enough-fact">
                <State is="unknown">
                  {label} <span className="sub">{EASE[ease]}</span>
                </State>
                <Button look="link" aria-label={`${askWords(field)}: ${label}`} onPress={() => onAsk(field)}>
                  {askWords(field)}
                </Button>
              </span>
            ))}
            <span className="sub">{outcomeWords(set, open)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface ToldSet extends EnoughSet {
  readonly ids: readonly string[];
}

/** The same set may decide several cards: it is told once, for those that it decides. Sets that decide more come first. */
function distinct(all: readonly Enough[]): readonly ToldSet[] {
  const told = new Map<string, ToldSet>();
  for (const { id, sets } of all) {
    for (const set of sets) {
      const key = set.facts.map(({ field }) => field).join();
      const known = told.get(key);
      const could = known
        ? (["true", "false"] as const).filter((one) => [...known.could, ...set.could].includes(one))
        : set.could;
      told.set(key, { facts: set.facts, could, ids: [...(known?.ids ?? []), id] });
    }
  }
  const place = (set: ToldSet) => (set.could.includes("true") ? 0 : 10) + set.facts.length - set.ids.length;
  return [...told.values()].sort((a, b) => place(a) - place(b));
}

function outcomeWords({ could, ids }: ToldSet, open: readonly Card[]): string {
  const which = open.filter(({ id }) => ids.includes(id));
  const bodies = [...new Set(which.map(({ body, year }) => `${body} ${year}`))];
  const what =
    could.length === 2 ? "may settle it either way" : could[0] === "true" ? "may meet it" : "may rule it out";
  return `${bodies.join(", ")}: ${what}`;
}
