import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState } from "react";
import type { CaseKind, CaseView, OrganisationView, Urgency } from "../../cases/views.ts";
import type { FactValue } from "../../core/index.ts";
import { cases, oneCase, organisations, session } from "../api/queries.ts";
import { createReferral, useDraft } from "../api/referral.ts";
import { totals } from "../api/upload-queue.ts";
import { createUploads, droppedFiles, useUploads } from "../api/uploads.ts";
import { Button } from "../design/button.tsx";
import { Segments, Select } from "../design/choice.tsx";
import { TextField } from "../design/field.tsx";
import { State } from "../design/mark.tsx";
import { Notice } from "../design/notice.tsx";
import { say, sayProblem } from "../design/toast.tsx";
import { clockTime } from "../panels/elapsed.ts";
import { ImagesMeter } from "../panels/images-meter.tsx";
import { PickFiles } from "../panels/pick-files.tsx";
import { type KnownWell, ReferClock } from "../panels/refer-clock.tsx";
import { ReferFact, type SetFact } from "../panels/refer-facts.tsx";
import { type PatientDraft, ReferPatient } from "../panels/refer-patient.tsx";
import { labelShort, ReferSend } from "../panels/refer-send.tsx";
import { Failed } from "./failed.tsx";
import { formOf, REFERRAL_FORMS } from "./refer-fields.ts";
import "./refer.css";

/** The referral: one screen, seven fields, images on their way while one types. */
export function ReferPage() {
  const { case: caseId } = useSearch({ from: "/inside/refer" });
  // A draft that this page has begun itself is not opened anew when its address appears.
  const [begunHere, setBegunHere] = useState<string | null>(null);
  const wanted = caseId && caseId !== begunHere ? caseId : null;
  const { data: hospitals, error: hospitalsError } = useQuery(organisations);
  const { data: existing, error } = useQuery({ ...oneCase(wanted ?? ""), enabled: wanted !== null });
  const problem = error ?? hospitalsError;
  if (problem && !(wanted ? existing : hospitals)) return <Failed error={problem} />;
  if (!hospitals || (wanted && !existing)) return <Notice middle title="Opening the referral" />;
  return (
    <ReferForm
      key={wanted ?? "new"}
      existing={wanted ? (existing ?? null) : null}
      hospitals={hospitals}
      onBegun={setBegunHere}
    />
  );
}

function ReferForm({
  existing,
  hospitals,
  onBegun,
}: {
  readonly existing: CaseView | null;
  readonly hospitals: readonly OrganisationView[];
  readonly onBegun: (caseId: string) => void;
}) {
  const navigate = useNavigate();
  const { data: person } = useQuery(session);
  const { data: rows } = useQuery(cases);
  const own = person?.organisation.id;
  const targets = hospitals.filter((each) => each.id !== own && each.kind === "hub");
  const [kind, setKind] = useState<CaseKind>(existing?.kind ?? "stroke");
  const [urgency, setUrgency] = useState<Urgency>(existing?.urgency ?? "critical");
  const [to, setTo] = useState(existing?.to.id ?? targets[0]?.id ?? "");
  const [patient, setPatient] = useState<PatientDraft>({
    name: existing?.patient.name.replace("^", ", ") ?? "",
    identifier: existing?.patient.identifier ?? "",
    birthDate: existing?.patient.birthDate ?? "",
    sex: existing?.patient.sex ?? "",
  });
  const [known, setKnown] = useState<KnownWell | null>(
    existing?.lastKnownWell ? { at: Date.parse(existing.lastKnownWell.at), by: existing.lastKnownWell.by } : null,
  );
  const [values, setValues] = useState<Readonly<Record<string, FactValue>>>(() =>
    Object.fromEntries(
      (existing?.facts ?? []).flatMap(({ name, current }) => (current ? [[name, current.value]] : [])),
    ),
  );
  const [question, setQuestion] = useState(existing?.question ?? "");
  const [busy, setBusy] = useState(false);

  const latest = useRef({ kind, urgency, to });
  latest.current = { kind, urgency, to };
  const referral = useMemo(
    () =>
      createReferral(existing, () => {
        const now = latest.current;
        return { kind: now.kind, urgency: now.urgency, ...(now.to ? { toOrganisationId: now.to } : {}) };
      }),
    [existing],
  );
  const draft = useDraft(referral);
  const uploads = useMemo(
    () => createUploads(async () => `/api/cases/${encodeURIComponent(await referral.caseId())}/images`),
    [referral],
  );
  const sum = totals(useUploads(uploads));

  useEffect(() => {
    if (!draft.caseId || existing) return;
    onBegun(draft.caseId);
    void navigate({ to: "/refer", search: { case: draft.caseId }, replace: true });
  }, [draft.caseId, existing, navigate, onBegun]);

  // What the images say of the patient fills fields that are still empty.
  const { data: saved } = useQuery({ ...oneCase(draft.caseId ?? ""), enabled: draft.caseId !== null });
  useEffect(() => {
    if (!saved) return;
    const { name, identifier, birthDate, sex } = saved.patient;
    setPatient((now) => ({
      name: now.name || name.replace("^", ", "),
      identifier: now.identifier || identifier,
      birthDate: now.birthDate || (birthDate ?? ""),
      sex: now.sex || sex,
    }));
  }, [saved]);

  const form = formOf(kind);
  const setFact: SetFact = (name, value, given) => {
    setValues((before) => {
      const { [name]: _, ...rest } = before;
      return value === null ? rest : { ...rest, [name]: value };
    });
    referral.fact(name, value, given);
  };
  const changePatient = (change: Partial<PatientDraft>) => {
    setPatient((now) => ({ ...now, ...change }));
    const { birthDate, ...rest } = change;
    referral.change({ patient: { ...rest, ...(birthDate === undefined ? {} : { birthDate: birthDate || null }) } });
  };
  const changeKnown = (next: KnownWell) => {
    setKnown(next);
    referral.change({ lastKnownWell: next.at === null ? null : { at: new Date(next.at).toISOString(), by: next.by } });
  };
  const changeKind = (next: CaseKind) => {
    setKind(next);
    setUrgency(formOf(next).urgency);
    if (draft.caseId) referral.change({ kind: next, urgency: formOf(next).urgency });
  };

  const others = (rows ?? []).filter(
    (row) =>
      row.id !== draft.caseId &&
      row.status !== "closed" &&
      patient.identifier.trim() !== "" &&
      row.patient.identifier === patient.identifier.trim(),
  );
  const target = hospitals.find((each) => each.id === to);
  const missing = [
    ...(patient.name.trim() && patient.identifier.trim() ? [] : ["patient"]),
    ...(form.clock && known === null ? ["last known well"] : []),
    ...form.facts.filter((name) => values[name] === undefined).map(labelShort),
  ];
  const named = patient.name.trim() !== "" || patient.identifier.trim() !== "";

  const send = async () => {
    setBusy(true);
    try {
      if (!question.trim() && form.question) referral.change({ question: form.question });
      const sent = await referral.send();
      say(`${target?.name ?? "The hub"} has been asked. Images keep arriving by themselves.`);
      await navigate({ to: "/cases/$caseId", params: { caseId: sent.id } });
    } catch (error) {
      sayProblem(error);
      setBusy(false);
    }
  };

  return (
    <>
      <header className="top">
        <Button look="quiet" onPress={() => void navigate({ to: "/" })} aria-label="Back to the worklist">
          ‹ Cases
        </Button>
        <h1 className="refer-title">Refer a patient</h1>
        <span className="sub push" aria-live="polite" data-testid="refer-saved">
          {draft.problem ? (
            <State is="look">not saved yet: {draft.problem}</State>
          ) : draft.saving ? (
            "saving"
          ) : draft.savedAt ? (
            `draft saved ${clockTime(draft.savedAt, Date.now())}`
          ) : existing ? (
            "draft"
          ) : (
            ""
          )}
        </span>
      </header>
      <main
        className="refer scroll"
        data-testid="refer-page"
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          void droppedFiles(event.dataTransfer).then((files) => uploads.add(files));
        }}
      >
        <div className="refer-form">
          <Segments
            label="About"
            value={kind}
            onChange={(next) => changeKind(next as CaseKind)}
            choices={REFERRAL_FORMS.map((each) => ({ id: each.kind, label: each.label }))}
            data-testid="refer-kind"
          />
          <ReferPatient value={patient} onChange={changePatient} others={others} />
          {form.clock ? (
            <ReferClock
              value={known}
              onChange={changeKnown}
              onWaking={values.wake_up === true}
              onWakingChange={(on) => setFact("wake_up", on)}
            />
          ) : null}
          <div className="refer-facts">
            {form.facts.map((name) => (
              <div key={name} className={`refer-fact refer-fact-${name}`}>
                <ReferFact name={name} value={values[name] ?? null} onSet={setFact} />
              </div>
            ))}
          </div>
        </div>
        <aside className="refer-side">
          <TextField
            label="Question"
            lines={2}
            placeholder={form.question}
            value={question}
            onChange={(next) => {
              setQuestion(next);
              referral.change({ question: next });
            }}
            data-testid="refer-question"
          />
          <section className="refer-images" aria-label="Images">
            <h2 className="field-label">Images</h2>
            <p className="quiet-text">
              Drop a folder, files or a zip anywhere on this page. They are sent while you type.
            </p>
            <PickFiles onFiles={(files) => uploads.add(files)} />
            <ImagesMeter uploads={uploads} />
            {sum.files === 0 && existing && existing.images.received > 0 ? (
              <p className="sub">{existing.images.received} images are with this case already.</p>
            ) : null}
          </section>
          {targets.length > 1 ? (
            <Select
              label="Whom to ask"
              value={to}
              onChange={(next) => {
                setTo(next);
                if (draft.caseId) referral.change({ toOrganisationId: next });
              }}
              choices={targets.map((each) => ({ id: each.id, label: each.name }))}
              data-testid="refer-to"
            />
          ) : null}
          <Segments
            label="How urgent"
            value={urgency}
            onChange={(next) => {
              setUrgency(next as Urgency);
              if (draft.caseId) referral.change({ urgency: next as Urgency });
            }}
            choices={[
              { id: "critical", label: "Critical, 10 min" },
              { id: "urgent", label: "Urgent, 2 h" },
              { id: "elective", label: "Elective, 7 d" },
            ]}
            data-testid="refer-urgency"
          />
          <ReferSend
            missing={missing}
            named={named}
            busy={busy}
            target={target}
            mayChoose={targets.length > 0}
            onSend={() => void send()}
          />
        </aside>
      </main>
    </>
  );
}
