import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { filledItems, type ScaleEntryView } from "../../cases/scale-entries.ts";
import type { CaseView } from "../../cases/views.ts";
import { fieldOf } from "../../knowledge/dictionary.ts";
import type { PackReference } from "../../knowledge/pack.ts";
import { fieldFilledBy, type Scale } from "../../knowledge/scales.ts";
import { Problem } from "../api/client.ts";
import { scalePage } from "../api/library.ts";
import { queryClient } from "../api/query-client.ts";
import { keepScore } from "../api/scales.ts";
import { Button } from "../design/button.tsx";
import { Segments } from "../design/choice.tsx";
import { TextField } from "../design/field.tsx";
import { Notice } from "../design/notice.tsx";
import { say } from "../design/toast.tsx";
import { useDraft } from "./kept-drafts.ts";
import { fromLocalInput, toLocalInput } from "./local-time.ts";
import { ScaleFacts } from "./scale-facts.tsx";
import { ScaleForm, totalWords } from "./scale-form.tsx";
import { isSided, type RegionSide } from "./scale-regions.tsx";
import { useScaleSheet } from "./scale-sheet.ts";
import { ScaleSlice, scaleSeries } from "./scale-slice.tsx";

/** Scores one scale in a case, filled in from its facts, and keeps it; `correcting` is the earlier score it stands for. */
export function ScaleKeep({
  shown,
  scaleId,
  correcting,
  onDone,
}: {
  readonly shown: CaseView;
  readonly scaleId: string;
  readonly correcting: ScaleEntryView | null;
  readonly onDone: () => void;
}) {
  const { data, error, refetch } = useQuery(scalePage(scaleId));
  if (error)
    return (
      <Notice inset title="The scale could not be read" act={<Button onPress={() => void refetch()}>Try again</Button>}>
        {error.message}
      </Notice>
    );
  if (!data) return <p className="sub">Reading the scale …</p>;
  return <Keep key={data.pack.hash} shown={shown} scale={data} pack={data.pack} {...{ correcting, onDone }} />;
}

/** The key of what is being scored: one draft for each scale of a case, and for each score that is corrected. */
export function draftOf(caseId: string, scale: string, correcting: ScaleEntryView | null): string {
  return `scale ${caseId} ${scale} ${correcting?.id ?? ""}`;
}

function sideOf(shown: CaseView): RegionSide | null {
  const side = shown.facts.find((group) => group.name === "occlusion_side" && !group.contradicted)?.current?.value;
  return side === "left" || side === "right" ? side : null;
}

function Keep({
  shown,
  scale,
  pack,
  correcting,
  onDone,
}: {
  readonly shown: CaseView;
  readonly scale: Scale;
  readonly pack: PackReference;
  readonly correcting: ScaleEntryView | null;
  readonly onDone: () => void;
}) {
  // What was filled in stays as it was when the form opened: an answer must not change under the hand.
  const draft = draftOf(shown.id, scale.id, correcting);
  const [filled, keepFilled] = useDraft(`${draft} filled`, () => filledItems(scale, shown.facts));
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, so that coming back finds the same facts
  useEffect(() => keepFilled(filled), []);
  const sheet = useScaleSheet(scale, { filled, draft, ...(correcting ? { start: correcting.answers } : {}) });
  const sided = isSided(scale.id);
  const [side, setSide] = useDraft<RegionSide | null>(
    `${draft} side`,
    () => correcting?.side || (sided ? sideOf(shown) : null),
  );
  const [occasion, setOccasion] = useDraft(`${draft} occasion`, () => correcting?.occasion ?? "");
  const [when, setWhen] = useDraft(`${draft} when`, () =>
    toLocalInput(correcting ? new Date(correcting.observedAt) : new Date()),
  );
  const [note, setNote] = useDraft(`${draft} note`, () => correcting?.note ?? "");
  const [reason, setReason] = useDraft(`${draft} reason`, () => "");
  const [slice, setSlice] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const id = useRef(crypto.randomUUID());
  const series = useMemo(() => scaleSeries(scale.id, shown.series), [scale.id, shown.series]);
  const { score } = sheet;
  const complete = typeof score !== "string" && score.missing.length === 0;
  const lacks = [
    ...(complete ? [] : [typeof score === "string" ? score : `${score.missing.length} items are not answered`]),
    ...(scale.occasions?.length && !occasion ? ["say which moment it speaks of"] : []),
    ...(sided && !side ? ["say which hemisphere was read"] : []),
    ...(correcting && !reason.trim() ? ["say why the earlier score is corrected"] : []),
  ];
  const field = fieldOf(fieldFilledBy(scale, occasion) ?? "");

  const keep = async () => {
    if (lacks.length > 0 || typeof score === "string") return setProblem(`Not kept yet: ${lacks.join("; ")}.`);
    setBusy(true);
    setProblem(null);
    const observedAt = fromLocalInput(when);
    const behind = scale.items.flatMap(({ key }) => sheet.filledBy(key) ?? []);
    try {
      await keepScore(shown.id, {
        id: id.current,
        scale: scale.id,
        packHash: pack.hash,
        answers: answersOf(scale, sheet.answers),
        total: score.value,
        prefilled: Object.fromEntries(behind.map(({ item, facts }) => [item, facts.map((fact) => fact.id)])),
        ...(occasion ? { occasion } : {}),
        ...(side ? { side } : {}),
        ...(note.trim() ? { note } : {}),
        ...(observedAt ? { observedAt } : {}),
        ...(correcting ? { supersedes: correcting.id, correction: reason } : {}),
      });
      say(`${scale.name} ${score.value === null ? "without a total" : totalWords(score)} is kept.`);
      onDone();
    } catch (failure) {
      setProblem(failure instanceof Error ? failure.message : String(failure));
      // The pack may have another version by now: what is asked for next is the new one.
      if (failure instanceof Problem && failure.code === "conflict")
        void queryClient.invalidateQueries({ queryKey: ["library", "scales"] });
    } finally {
      setBusy(false);
    }
  };

  const changed = sheet.undo !== null;
  useEffect(() => {
    // Escape leaves the case elsewhere; here it must not throw away what was scored.
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || slice) return;
      event.preventDefault();
      if (changed) setProblem('Not kept yet. Press "Cancel" to leave without keeping it.');
      else onDone();
    };
    addEventListener("keydown", onKey, { capture: true });
    return () => removeEventListener("keydown", onKey, { capture: true });
  }, [changed, slice, onDone]);

  return (
    <div className="scale-keep" data-testid="scale-keep">
      <h3>{correcting ? `Correct ${scale.name}` : scale.name}</h3>
      {filled.length > 0 && !correcting ? (
        <p className="sub">
          {filled.length} of {scale.items.length} items are filled in from this case; each says from what. Change what
          is not so.
        </p>
      ) : null}
      <ScaleForm
        sheet={sheet}
        side={side}
        onSide={setSide}
        {...(series.length > 0 ? { slice: () => setSlice(true) } : {})}
      />
      {scale.occasions?.length ? (
        <Segments
          label="Speaks of the patient"
          value={occasion || null}
          onChange={setOccasion}
          choices={scale.occasions.map(({ word }) => ({ id: word, label: word }))}
        />
      ) : null}
      <div className="scale-keep-rest">
        <TextField label="True of the patient at" type="datetime-local" value={when} onChange={setWhen} />
        <TextField
          label="Note"
          value={note}
          onChange={setNote}
          placeholder={sided ? "read on CT, or on DWI" : "what matters for the next one who scores"}
        />
        {correcting ? (
          <TextField
            label="Why the earlier score is corrected"
            value={reason}
            onChange={setReason}
            data-testid="scale-reason"
          />
        ) : null}
      </div>
      <p className="sub">
        {field
          ? `The total becomes the fact "${field.label}" and everything is judged anew.`
          : "No fact of the dictionary takes this total; it is kept with the case."}{" "}
        {pack.title} {pack.version}.
      </p>
      {problem ? (
        <p className="field-error" role="alert">
          {problem}
        </p>
      ) : null}
      <div className="scale-keep-acts">
        <Button look="quiet" onPress={onDone}>
          Cancel
        </Button>
        <Button look="act" isDisabled={busy} onPress={() => void keep()} data-testid="scale-keep-it">
          {correcting ? "Keep the correction" : "Keep this score"}
        </Button>
      </div>
      <ScaleFacts scale={scale} />
      <ScaleSlice
        sheet={sheet}
        series={series}
        side={side}
        onSide={setSide}
        isOpen={slice}
        onClose={() => setSlice(false)}
      />
    </div>
  );
}

/** Columns in which nothing was ticked are answers too, once the other one has some. */
function answersOf(scale: Scale, answers: ScaleEntryView["answers"]): ScaleEntryView["answers"] {
  if (scale.kind !== "two-column") return answers;
  return Object.fromEntries(scale.items.map((item) => [item.key, answers[item.key] ?? []]));
}
