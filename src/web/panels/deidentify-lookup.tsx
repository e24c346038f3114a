import { type FormEvent, useState } from "react";
import type { ReidentifiedView } from "../../cases/archive-views.ts";
import { lookUp, type ProjectView } from "../api/deidentify.ts";
import { Button } from "../design/button.tsx";
import { Select } from "../design/choice.tsx";
import { TextField } from "../design/field.tsx";
import { Notice } from "../design/notice.tsx";

/** Undoes a pseudonym, for administrators, with a reason that is written down. */
export function DeidentifyLookup({ projects }: { readonly projects: readonly ProjectView[] }) {
  const [project, setProject] = useState(projects[0]?.name ?? "");
  const [find, setFind] = useState("");
  const [reason, setReason] = useState("");
  const [found, setFound] = useState<ReidentifiedView | null>(null);
  const [error, setError] = useState<string | null>(null);
  if (projects.length === 0)
    return <Notice title="The vault is empty">It fills with the first export of the first project.</Notice>;
  const search = async (event: FormEvent) => {
    event.preventDefault();
    setFound(null);
    setError(null);
    try {
      setFound(await lookUp({ project, find: find.trim(), reason: reason.trim() }));
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
    }
  };
  return (
    <form
      className="admin-body deidentify-lookup"
      onSubmit={(event) => void search(event)}
      data-testid="deidentify-lookup"
    >
      <p className="quiet-text">
        Who stands behind a new name. Each look is written to the audit trail with your reason, whether it finds anybody
        or not.
      </p>
      <Select
        label="Project"
        value={project}
        onChange={setProject}
        choices={projects.map(({ name }) => ({ id: name, label: name }))}
      />
      <TextField
        label="New name or new UID"
        value={find}
        onChange={setFind}
        error={error}
        hint="Patient ID of the export, such as P and ten letters, or a UID that begins with 2.25."
        data-testid="deidentify-find"
      />
      <TextField
        label="Why"
        value={reason}
        onChange={setReason}
        hint="For instance: finding in the study that the patient must be told of. Eight characters at least."
        data-testid="deidentify-reason"
      />
      <div>
        <Button
          look="act"
          type="submit"
          isDisabled={find.trim().length < 2 || reason.trim().length < 8}
          data-testid="deidentify-look-up"
        >
          Look up
        </Button>
      </div>
      {found ? (
        <dl className="card deidentify-found" data-testid="deidentify-found">
          <dt>Patient</dt>
          <dd>{found.name || "name not given"}</dd>
          <dt>Number</dt>
          <dd>
            {found.patientId || "not given"} {found.issuer ? <span className="sub">of {found.issuer}</span> : null}
          </dd>
          <dt>Born</dt>
          <dd>{found.birthDate.replace(/^(\d{4})(\d{2})(\d{2})$/, "$1-$2-$3") || "not given"}</dd>
          <dt>New name</dt>
          <dd>{found.pseudonym}</dd>
          {projects.find(({ name }) => name === project)?.options.includes("dates-modified") ? (
            <>
              <dt>Dates moved by</dt>
              <dd>{found.dayShift} days</dd>
            </>
          ) : null}
          {found.uid ? (
            <>
              <dt>UID ({found.uid.level})</dt>
              <dd className="deidentify-value">{found.uid.original}</dd>
            </>
          ) : null}
        </dl>
      ) : null}
    </form>
  );
}
