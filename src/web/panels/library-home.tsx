import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { SearchGroup } from "../../knowledge/search.ts";
import { LIBRARY_KINDS } from "../../knowledge/search-kinds.ts";
import { libraryChanges } from "../api/library.ts";
import { packs } from "../api/queries.ts";
import { State } from "../design/mark.tsx";
import { lastVisit } from "./library-feed.ts";
import { Suggestions } from "./library-results.tsx";
import { KIND_NAMES } from "./library-words.tsx";
import { StewardWaiting } from "./steward-waiting.tsx";

const ABOUT = {
  recommendation: "What a body says, for whom, how strongly, until when",
  indication: "What can be done, what else, at what risk, step by step",
  trial: "Who could enter, what came out, with its interval",
  scale: "Items, points, what the total means",
  metric: "Formula, target, whose it is",
  pack: "Versions, expiry, disclosures, corrections",
} as const;

/** The library without a question: its shelves, what changed last, and the packs it stands on. */
export function LibraryHome({
  shelves,
  onAsk,
}: {
  readonly shelves: readonly SearchGroup[];
  readonly onAsk: (words: string) => void;
}) {
  const { data: changes = [] } = useQuery(libraryChanges);
  const { data: all = [] } = useQuery(packs);
  const seen = lastVisit();
  const fresh = changes.filter((each) => seen !== null && each.at > seen);
  const latest = changes.filter((each) => each.kind !== "first").slice(0, 6);
  const inForce = all.filter((pack) => pack.state === "in force").slice(0, 12);
  return (
    <div className="library-home" data-testid="library-home">
      <Suggestions onAsk={onAsk} />
      <StewardWaiting />
      <ul className="library-shelves">
        {LIBRARY_KINDS.map((kind) => (
          <li key={kind}>
            <Link to="/know" search={{ kind }} className="card library-shelf">
              <b>{KIND_NAMES[kind].shelf}</b>
              <span className="library-count">{shelves.find((group) => group.kind === kind)?.total ?? 0}</span>
              <span className="sub">{ABOUT[kind]}</span>
            </Link>
          </li>
        ))}
      </ul>
      <div className="library-columns">
        <section>
          <div className="library-group">
            <h2>What changed</h2>
            <Link to="/know/changes">
              {fresh.length > 0 ? `${fresh.length} new since your last visit` : "Show all"}
            </Link>
          </div>
          {latest.length === 0 ? <p className="sub">No pack says that anything changed.</p> : null}
          <ul className="library-hits">
            {latest.map((each) => (
              <li key={each.id}>
                <Link to="/know/changes" hash={each.id} className="library-hit" data-hit>
                  <span className="library-hit-title">
                    <span>{each.title}</span>
                  </span>
                  <span className="library-hit-line">{each.pack.body}</span>
                  <span className="library-hit-text">{each.summary}</span>
                </Link>
              </li>
            ))}
          </ul>
        </section>
        <section>
          <div className="library-group">
            <h2>Packs in force</h2>
            <Link to="/know" search={{ kind: "pack" }}>
              Show all {all.length}
            </Link>
          </div>
          <ul className="library-hits">
            {inForce.map((pack) => (
              <li key={pack.id} data-testid="pack">
                <Link
                  to="/know/$kind/$itemId"
                  params={{ kind: "pack", itemId: pack.id }}
                  className="library-hit"
                  data-hit
                >
                  <span className="library-hit-title">{pack.title}</span>
                  <span className="library-hit-line">
                    <State is={pack.state === "in force" ? "fine" : "look"}>
                      {pack.state === "in force" ? `valid to ${pack.expires}` : `${pack.state}, read-only`}
                    </State>
                  </span>
                  <span className="library-hit-text">
                    {pack.body}, version {pack.version}; disclosures: {pack.disclosures || "not stated"}
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      </div>
    </div>
  );
}
