import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { Input, SearchField } from "react-aria-components";
import { LIBRARY_KINDS, type LibraryKind } from "../../knowledge/search-kinds.ts";
import { librarySearch } from "../api/library.ts";
import { isTyping } from "../keyboard.ts";
import { LibraryHome } from "../panels/library-home.tsx";
import { LibraryPlaces } from "../panels/library-places.tsx";
import { LibraryResults } from "../panels/library-results.tsx";
import { KIND_NAMES } from "../panels/library-words.tsx";
import { Failed } from "./failed.tsx";
import "./library.css";

/** The library: one field for everything that is known, found as one types; without words its shelves. */
export function KnowPage() {
  const { q = "", kind } = useSearch({ from: "/inside/know" });
  const navigate = useNavigate();
  const field = useRef<HTMLInputElement>(null);
  const results = useRef<HTMLDivElement>(null);
  const { data, error, isPlaceholderData } = useQuery(librarySearch(q.trim(), kind));
  const open = (next: { q?: string; kind?: LibraryKind }) =>
    void navigate({ to: "/know", search: next, replace: true, resetScroll: false });
  // The address follows what is typed a moment later; the field itself never waits for it.
  const [words, setWords] = useState(q);
  const sent = useRef<string[]>([]);
  const ask = (next: string) => {
    setWords(next);
    sent.current.push(next);
    open({ ...(next ? { q: next } : {}), ...(kind ? { kind } : {}) });
  };
  useEffect(() => {
    const at = sent.current.lastIndexOf(q);
    // What was typed here has arrived, perhaps with more on its way; anything else came by a link, or by going back.
    if (at >= 0) sent.current.splice(0, at + 1);
    else setWords(q);
  }, [q]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "/" || isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      field.current?.focus();
      field.current?.select();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);

  /** Arrows go from the field through what was found and back. */
  const onArrows = (event: React.KeyboardEvent) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp" && event.key !== "Enter") return;
    const hits = [...(results.current?.querySelectorAll<HTMLAnchorElement>("a[data-hit]") ?? [])];
    const at = hits.indexOf(document.activeElement as HTMLAnchorElement);
    if (event.key === "Enter") {
      if (at < 0 && words.trim() !== "" && !isPlaceholderData && q === words) hits[0]?.click();
      return;
    }
    event.preventDefault();
    const next = event.key === "ArrowDown" ? at + 1 : at - 1;
    (next < 0 ? field.current : hits[Math.min(next, hits.length - 1)])?.focus();
  };

  const browsing = q.trim() === "" && kind === undefined;
  return (
    <>
      <header className="top library-top no-print">
        <SearchField
          className="library-field"
          value={words}
          onChange={ask}
          onClear={() => ask("")}
          onKeyDown={onArrows}
          aria-label="Search the library"
          autoFocus
        >
          <Input ref={field} className="input" placeholder="Ask in your own words: bp after clot retrieval" />
        </SearchField>
        <LibraryPlaces />
      </header>
      <main className="scroll library" data-testid="know" ref={results} onKeyDown={onArrows}>
        <nav className="library-kinds no-print" aria-label="Kind">
          <Link to="/know" search={q ? { q } : {}} className="chip" data-here={kind === undefined || undefined}>
            Everything
          </Link>
          {LIBRARY_KINDS.map((each) => (
            <Link
              key={each}
              to="/know"
              search={{ ...(q ? { q } : {}), kind: each }}
              className="chip"
              data-here={kind === each || undefined}
              data-testid={`kind-${each}`}
            >
              {KIND_NAMES[each].shelf}
            </Link>
          ))}
        </nav>
        {data ? (
          browsing ? (
            <LibraryHome shelves={data.groups} onAsk={ask} />
          ) : (
            <LibraryResults answer={data} kind={kind} stale={isPlaceholderData} onAsk={ask} />
          )
        ) : error ? (
          <Failed error={error} />
        ) : (
          <p className="sub library-waiting">Asking for the library</p>
        )}
      </main>
    </>
  );
}
