import { useQuery } from "@tanstack/react-query";
import { useRouterState } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { libraryChanges } from "../api/library.ts";
import { State } from "../design/mark.tsx";
import { lastVisit, rememberVisit } from "../panels/library-feed.ts";
import { ChangeTable } from "../panels/library-history.tsx";
import { To } from "../panels/library-paper.tsx";
import { LibraryPlaces } from "../panels/library-places.tsx";
import { Failed } from "./failed.tsx";
import "./library.css";

const KIND = { version: "new version", guidance: "guidance changed", first: "first version here" } as const;

/** What changed in the packs, by criterion, newest first; what came since the last visit in this browser is marked. */
export function KnowChangesPage() {
  const { data, error } = useQuery(libraryChanges);
  const [seen] = useState(lastVisit);
  const hash = useRouterState({ select: (state) => state.location.hash });
  const there = data !== undefined;
  useEffect(() => {
    if (!there) return;
    rememberVisit();
    if (hash) document.getElementById(hash)?.scrollIntoView();
  }, [there, hash]);
  const isNew = (at: string) => seen !== null && at > seen;
  return (
    <>
      <header className="top library-top no-print">
        <h1 className="library-name">What changed</h1>
        <LibraryPlaces />
      </header>
      <main className="scroll library" data-testid="changes">
        <div className="library-feed">
          {seen === null ? (
            <p className="sub">You have not looked here before in this browser; from now on what is new is marked.</p>
          ) : (
            <p className="sub">
              {data?.filter((each) => isNew(each.at)).length ?? 0} new since your last visit in this browser,{" "}
              {new Date(seen).toLocaleString()}.
            </p>
          )}
          {data?.length === 0 ? <p>No pack is loaded, so nothing can have changed.</p> : null}
          {data ? null : error ? <Failed error={error} /> : <p className="sub">Asking what changed</p>}
          {data?.map((entry) => (
            <article key={entry.id} id={entry.id} className="feed-entry" data-testid="feed-entry">
              <div className="sub feed-when">
                <time dateTime={entry.at}>{entry.at.slice(0, 10)}</time>
                <span>{KIND[entry.kind]}</span>
                <To kind="pack" id={entry.pack.id}>
                  {entry.pack.title} {entry.pack.version}
                </To>
                {isNew(entry.at) ? <State is="look">new since your last visit</State> : null}
              </div>
              {entry.kind === "first" ? null : <h2>{entry.title}</h2>}
              <p className="quiet-text">{entry.summary}</p>
              {entry.items.map((item) => (
                <details key={`${item.was} ${item.id}`} open={entry.items.length === 1}>
                  <summary>
                    <To kind="recommendation" id={item.id}>
                      {item.subject}
                    </To>
                    : {item.action}{" "}
                    <span className="sub">{item.was ? `${item.was} became ${item.id}` : item.kind}</span>
                  </summary>
                  <ChangeTable {...item} />
                </details>
              ))}
            </article>
          ))}
        </div>
      </main>
    </>
  );
}
