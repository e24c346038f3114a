import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { forestOf } from "../../knowledge/forest.ts";
import { topicWords } from "../../knowledge/search-documents.ts";
import { libraryTrials } from "../api/library.ts";
import { Button } from "../design/button.tsx";
import { ForestPlots } from "../panels/library-forest.tsx";
import { LibraryPlaces } from "../panels/library-places.tsx";
import { Failed } from "./failed.tsx";
import "./library.css";

/** All trials as rows of forest plots, one plot a scale; one topic at a time, since only the like stand side by side. */
export function KnowTrialsPage() {
  const { topic: asked } = useSearch({ from: "/inside/know/trials" });
  const { data, error } = useQuery(libraryTrials);
  const topics = [...new Set((data ?? []).flatMap((trial) => trial.topics))]
    .filter((topic) => topic !== "conflict")
    .sort((a, b) => topicWords(a).localeCompare(topicWords(b), "en"));
  const shown = (data ?? []).filter((trial) => asked === undefined || trial.topics.includes(asked));
  return (
    <>
      <header className="top library-top no-print">
        <h1 className="library-name">Trials</h1>
        <LibraryPlaces />
      </header>
      <main className="scroll library" data-testid="trials">
        <nav className="library-kinds no-print" aria-label="Topic">
          <Link to="/know/trials" search={{}} className="chip" data-here={asked === undefined || undefined}>
            All {data?.length ?? ""}
          </Link>
          {topics.map((topic) => (
            <Link
              key={topic}
              to="/know/trials"
              search={{ topic }}
              className="chip"
              data-here={asked === topic || undefined}
            >
              {topicWords(topic)}
            </Link>
          ))}
        </nav>
        <div className="library-wide paper">
          <div className="spread">
            <h1>{asked === undefined ? "All trials" : topicWords(asked)}</h1>
            <Button onPress={() => print()}>Print</Button>
          </div>
          {asked === undefined ? (
            <p className="sub no-print">
              Trials of different questions stand below each other here. Choose a topic to see what may be compared.
            </p>
          ) : null}
          {data ? null : error ? <Failed error={error} /> : <p className="sub">Asking for the trials</p>}
          {data && shown.length === 0 ? <p>No trial on the shelf has this topic.</p> : null}
          <ForestPlots forest={forestOf(shown)} />
        </div>
      </main>
    </>
  );
}
