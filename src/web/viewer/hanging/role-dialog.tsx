import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { SeriesView } from "../../../cases/views.ts";
import type { SeriesQualifiers } from "../../../core/series-reading.ts";
import { correctRole, forgetLearned, roleByTags } from "../../api/reading.ts";
import { say, sayProblem } from "../../design/toast.tsx";

const ROLES: readonly (readonly [string, string])[] = [
  ["NCCT", "CT without contrast"],
  ["CTA", "CT angiography"],
  ["CTP", "CT perfusion"],
  ["DSA", "Run, subtracted"],
  ["XA", "Run, not subtracted"],
  ["RF", "Fluoroscopy"],
  ["3DRA", "3D rotational angiography"],
  ["CBCT", "Cone-beam CT"],
  ["DWI", "MR diffusion"],
  ["ADC", "MR ADC"],
  ["FLAIR", "MR FLAIR"],
  ["T2", "MR T2"],
  ["T1", "MR T1"],
  ["SWI", "MR susceptibility"],
  ["TOF", "MR angiography"],
  ["DSC", "MR perfusion"],
  ["US", "Ultrasound, duplex"],
  ["OTHER", "Something else"],
];
const RUNS = new Set(["DSA", "XA", "RF", "3DRA", "CBCT", "US"]);
const CHOICES = {
  region: ["head", "neck", "head and neck", "spine"],
  phase: ["arterial", "venous", "late", "multiphase"],
  vessel: "ICA ECA CCA carotid VA BA MCA ACA PCA MMA OA IMAX STA subclavian arch femoral radial spinal sinus".split(
    " ",
  ),
  side: ["right", "left", "both"],
  projection: ["AP", "lateral", "oblique"],
} as const;
type Key = keyof typeof CHOICES;
const SURE = { stated: "stated", likely: "likely", uncertain: "not sure" } as const;

/** What a series is, on what that rests, and the way to say it better; what is said holds for series like it. */
export function RoleDialog({ series, onClose }: { readonly series: SeriesView; readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const queries = useQueryClient();
  const [role, setRole] = useState(series.role);
  const [said, setSaid] = useState<Readonly<Partial<Record<Key, string>>>>({});
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const keys: readonly Key[] = RUNS.has(role) ? ["vessel", "side", "projection"] : ["region", "phase"];
  const again = async () => {
    await queries.invalidateQueries({ queryKey: ["studies"] });
    await queries.invalidateQueries({ queryKey: ["case"] });
  };
  const act = async (deed: () => Promise<unknown>, done: (answer: never) => void) => {
    try {
      const answer = await deed();
      await again();
      dialog.current?.close();
      done(answer as never);
    } catch (error) {
      sayProblem(error);
    }
  };
  const correct = () => {
    const kept = Object.fromEntries(
      keys.flatMap((key) => {
        const value = said[key] ?? series.qualifiers[key];
        return value ? [[key, value]] : [];
      }),
    ) as SeriesQualifiers;
    return act(
      () => correctRole(series, role, kept),
      ({ label, learned }: SeriesView) =>
        say(`It is ${label} now.${learned ? " Series like it from this station will be, too." : ""}`, {
          label: "Take back",
          do: () => void roleByTags(series).then(again).catch(sayProblem),
        }),
    );
  };
  const { learned } = series;
  return (
    <dialog ref={dialog} className="v-sheet" aria-label="What this series is" onClose={onClose}>
      <h2>{series.label}</h2>
      <p>
        {SURE[series.sure]}, by: {series.why || "nothing that says more"}.
        {learned && !learned.here ? ` ${learned.by} corrected one like it on ${learned.at.slice(0, 10)}.` : ""}
      </p>
      <label>
        It is
        <select value={role} onChange={({ target }) => setRole(target.value)}>
          {(ROLES.some(([id]) => id === role) ? ROLES : [...ROLES, [role, role] as const]).map(([id, name]) => (
            <option key={id} value={id}>
              {id} · {name}
            </option>
          ))}
        </select>
      </label>
      {keys.map((key) => (
        <label key={key}>
          {key[0]!.toUpperCase() + key.slice(1)}
          <select
            value={said[key] ?? series.qualifiers[key] ?? ""}
            onChange={({ target }) => setSaid((now) => ({ ...now, [key]: target.value }))}
          >
            <option value="">not said</option>
            {[...new Set([series.qualifiers[key], ...CHOICES[key]])].map((value) =>
              value ? <option key={value}>{value}</option> : null,
            )}
          </select>
        </label>
      ))}
      <footer>
        {series.roleBy !== "tags" ? (
          <button
            type="button"
            onClick={() =>
              void act(
                () => roleByTags(series),
                () => say("It is again what its tags say."),
              )
            }
          >
            As its tags say
          </button>
        ) : null}
        {learned ? (
          <button
            type="button"
            onClick={() =>
              void act(
                () => forgetLearned(learned.id),
                () => say("Forgotten: the next are read by their tags."),
              )
            }
          >
            Forget what was learned
          </button>
        ) : null}
        <button type="button" onClick={() => dialog.current?.close()}>
          Leave it
        </button>
        <button type="button" className="v-act" onClick={() => void correct()}>
          Correct
        </button>
      </footer>
    </dialog>
  );
}
