import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { type Chosen, deidentified, mayExport, previewExport, startExport } from "../api/deidentify.ts";
import { session } from "../api/queries.ts";
import { Button } from "../design/button.tsx";
import { Checkbox } from "../design/choice.tsx";
import { Notice } from "../design/notice.tsx";
import { Tabs } from "../design/tabs.tsx";
import { say, sayProblem } from "../design/toast.tsx";
import { DeidentifyChoice } from "../panels/deidentify-choice.tsx";
import { DeidentifyExports } from "../panels/deidentify-exports.tsx";
import { DeidentifyLookup } from "../panels/deidentify-lookup.tsx";
import { DeidentifyPreview } from "../panels/deidentify-preview.tsx";
import { Failed } from "./failed.tsx";
import "./admin.css";
import "./deidentify.css";

/** Studies without the patient, for research and teaching: choose, look at what would be done, export; undo with a reason. */
export function DeidentifyPage() {
  const { data: person } = useQuery(session);
  const { data, error, isPending } = useQuery({ ...deidentified, enabled: mayExport(person?.role) });
  const [tab, setTab] = useState("new");
  if (!mayExport(person?.role))
    return (
      <Notice middle title="Not for your role">
        De-identified exports are made by administrators, researchers and quality leads. Ask one of them.
      </Notice>
    );
  if (!data) return isPending ? <Notice middle title="Asking" /> : <Failed error={error} />;
  return (
    <main className="admin" data-testid="deidentify">
      <header className="top">
        <Link to="/read" className="button quiet" aria-label="Back to the studies">
          ‹<span className="only-wide"> Studies</span>
        </Link>
        <h1 className="refer-title">De-identified export</h1>
      </header>
      <Tabs
        label="De-identified export"
        value={tab}
        onChange={setTab}
        tabs={[
          {
            id: "new",
            label: "New export",
            panel: <NewExport projects={data.projects} onStarted={() => setTab("exports")} />,
          },
          {
            id: "exports",
            label: "Exports",
            count: data.exports.length,
            panel: <DeidentifyExports exports={data.exports} />,
          },
          ...(person?.role === "administrator"
            ? [{ id: "lookup", label: "Who is it", panel: <DeidentifyLookup projects={data.projects} /> }]
            : []),
        ]}
      />
    </main>
  );
}

type Projects = Parameters<typeof DeidentifyChoice>[0]["projects"];

function NewExport({ projects, onStarted }: { readonly projects: Projects; readonly onStarted: () => void }) {
  const { study } = useSearch({ from: "/inside/deidentify" });
  const [chosen, setChosen] = useState<Chosen>({
    studies: study ? [study] : [],
    options: projects.length === 1 ? projects[0]!.options : ["dates-modified", "descriptors", "patient"],
    project: projects.length === 1 ? projects[0]!.name : "",
  });
  const [willLook, setWillLook] = useState(false);
  const preview = useMutation({ mutationFn: (what: Chosen) => previewExport(what), onError: sayProblem });
  const begin = useMutation({
    mutationFn: startExport,
    onError: sayProblem,
    onSuccess: () => {
      say("The browser is downloading the archive while it is made.");
      onStarted();
    },
  });
  const change = (next: Chosen) => {
    setChosen(next);
    setWillLook(false);
    preview.reset();
  };
  const seen = preview.data;
  const missing =
    chosen.studies.length === 0
      ? "Choose a study."
      : chosen.project.trim().length < 2
        ? "Say for whom: give the project a name."
        : !seen
          ? "Look at the preview first."
          : seen.flags.length > 0 && !willLook
            ? "Say that you will look at what is flagged."
            : null;
  return (
    <div className="deidentify-new">
      <div className="deidentify-choice">
        <DeidentifyChoice chosen={chosen} onChange={change} projects={projects} />
      </div>
      <div className="deidentify-result">
        {seen ? (
          <DeidentifyPreview preview={seen} />
        ) : (
          <Notice middle title={preview.isPending ? "Looking at one object of each kind" : "Nothing leaves unseen"}>
            {preview.isPending
              ? "This takes a moment for large objects."
              : "The preview shows for each attribute what would be removed, replaced and kept, and which pictures a person must look at."}
          </Notice>
        )}
      </div>
      <footer className="deidentify-foot">
        {seen && seen.flags.length > 0 ? (
          <Checkbox isSelected={willLook} onChange={setWillLook} data-testid="deidentify-will-look">
            I look at the flagged pictures before I pass them on
          </Checkbox>
        ) : null}
        <span className="sub push">{missing}</span>
        <Button
          look={seen ? "plain" : "act"}
          isDisabled={chosen.studies.length === 0 || preview.isPending}
          onPress={() => preview.mutate(chosen)}
          data-testid="deidentify-look"
        >
          Preview
        </Button>
        <Button
          look={seen ? "act" : "plain"}
          isDisabled={missing !== null || begin.isPending}
          onPress={() => begin.mutate(chosen)}
          data-testid="deidentify-start"
        >
          Export
        </Button>
      </footer>
    </div>
  );
}
