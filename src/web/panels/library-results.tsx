import { Link } from "@tanstack/react-router";
import type { SearchAnswer, SearchGroup, SearchHit } from "../../knowledge/search.ts";
import type { LibraryKind } from "../../knowledge/search-kinds.ts";
import { Button } from "../design/button.tsx";
import { State } from "../design/mark.tsx";
import { KIND_NAMES, Marked } from "./library-words.tsx";

/** Questions that show what the field understands; all find something in the packs that come with Willis. */
export const SUGGESTIONS: readonly string[] = [
  "bp after clot retrieval",
  "large core trial",
  "tenecteplase 0.4",
  "aneurysm rupture risk score",
  "door to puncture",
  "coiling or clipping",
  "blood patch for csf leak",
  "carotid surgery within two weeks",
];

/** What was found, a group a kind, the kind with the best hit first; or why nothing was, and what to try. */
export function LibraryResults({
  answer,
  kind,
  stale,
  onAsk,
}: {
  readonly answer: SearchAnswer;
  readonly kind: LibraryKind | undefined;
  readonly stale: boolean;
  readonly onAsk: (words: string) => void;
}) {
  const words = answer.query;
  if (answer.total === 0) return <Nothing words={words} kind={kind} onAsk={onAsk} />;
  return (
    <div className="library-results" data-testid="results" aria-busy={stale}>
      <p className="sub" role="status">
        {words ? `${answer.total} found` : `${answer.total} on this shelf`}
        {answer.corrected.map(({ from, to }) => (
          <span key={from}>
            . Nothing is called <q>{from}</q>; read as <q>{to}</q>
          </span>
        ))}
        {answer.ignored.length > 0 ? (
          <span>
            . Nothing says{" "}
            {answer.ignored.map((each) => (
              <q key={each}>{each}</q>
            ))}
            ; left out
          </span>
        ) : null}
      </p>
      {answer.groups.map((group) =>
        words ? (
          <Found key={group.kind} group={group} words={words} whole={kind !== undefined} />
        ) : (
          <Shelf key={group.kind} group={group} />
        ),
      )}
    </div>
  );
}

function Found({
  group,
  words,
  whole,
}: {
  readonly group: SearchGroup;
  readonly words: string;
  readonly whole: boolean;
}) {
  return (
    <section aria-labelledby={`found-${group.kind}`} data-testid={`found-${group.kind}`}>
      <div className="library-group">
        <h2 id={`found-${group.kind}`}>
          {KIND_NAMES[group.kind].shelf} <span className="sub">{group.total}</span>
        </h2>
        {!whole && group.total > group.hits.length ? (
          <Link to="/know" search={{ q: words, kind: group.kind }}>
            Show all {group.total}
          </Link>
        ) : null}
      </div>
      <Hits hits={group.hits} />
    </section>
  );
}

/** A whole kind without words: by topic, family or domain. */
function Shelf({ group }: { readonly group: SearchGroup }) {
  const names = [...new Set(group.hits.map((hit) => hit.group))];
  return names.map((name) => (
    <section key={name}>
      <div className="library-group">
        <h2>{name}</h2>
      </div>
      <Hits hits={group.hits.filter((hit) => hit.group === name)} />
    </section>
  ));
}

function Hits({ hits }: { readonly hits: readonly SearchHit[] }) {
  return (
    <ul className="library-hits">
      {hits.map((hit) => (
        <li key={`${hit.kind}/${hit.id}`}>
          <Link
            to="/know/$kind/$itemId"
            params={{ kind: hit.kind, itemId: hit.id }}
            className="library-hit"
            data-hit
            data-testid="hit"
          >
            <span className="library-hit-title">
              <span>
                <Marked text={hit.title} marks={hit.titleMarks} />
              </span>
              {hit.readOnly ? <State is="look">{hit.readOnly}</State> : null}
            </span>
            <span className="library-hit-line">{hit.line}</span>
            <span className="library-hit-text">
              <Marked text={hit.text} marks={hit.textMarks} />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Nothing({
  words,
  kind,
  onAsk,
}: {
  readonly words: string;
  readonly kind: LibraryKind | undefined;
  readonly onAsk: (words: string) => void;
}) {
  return (
    <div className="library-nothing" data-testid="nothing">
      <h2>
        Nothing found for <q>{words}</q>
        {kind ? ` among the ${KIND_NAMES[kind].shelf.toLowerCase()}` : ""}
      </h2>
      <p className="quiet-text">
        {kind ? (
          <Link to="/know" search={{ q: words }}>
            Search everything
          </Link>
        ) : (
          "Fewer or plainer words find more. The library holds guidance, trials, scales, indications and metrics; not patients."
        )}
      </p>
      <Suggestions onAsk={onAsk} />
    </div>
  );
}

/** Questions to try. */
export function Suggestions({ onAsk }: { readonly onAsk: (words: string) => void }) {
  return (
    <div className="library-try">
      <span className="sub">Try</span>
      {SUGGESTIONS.map((words) => (
        <Button key={words} look="quiet" onPress={() => onAsk(words)}>
          {words}
        </Button>
      ))}
    </div>
  );
}
