import type { IdentityCheck, PatientValues } from "../../cases/two-identifiers.ts";
import { State } from "../design/mark.tsx";
import { birthDate, personName } from "./figures.ts";

const SEX: Readonly<Record<string, string>> = { M: "male", F: "female", O: "other sex" };

/** "Meyer, Anna"; a patient without a name says so. */
export function patientName(values: Pick<PatientValues, "name">): string {
  return personName(values.name) || "no name";
}

/** "4471 (KSL) · 12.03.1945 · female": what is not known is said, not left out. */
export function patientLine({ patientId, issuer, birthDate: day, sex }: PatientValues): string {
  const number = patientId ? `${patientId}${issuer ? ` (${issuer})` : ""}` : "no number";
  return [number, birthDate(day), SEX[sex] ?? "sex not known"].join(" · ");
}

const ROWS = [
  { what: "number", label: "Number", of: (one: PatientValues) => one.patientId },
  { what: "issuer", label: "Issued by", of: (one: PatientValues) => one.issuer },
  { what: "name", label: "Name", of: (one: PatientValues) => personName(one.name) },
  {
    what: "birth date",
    label: "Birth date",
    of: (one: PatientValues) => (one.birthDate ? birthDate(one.birthDate) : ""),
  },
  { what: "sex", label: "Sex", of: (one: PatientValues) => SEX[one.sex] ?? "" },
] as const;

/** Two patients side by side; what differs is marked with a shape and a word. */
export function Compared({
  one,
  other,
  heads,
  check,
}: {
  readonly one: PatientValues;
  readonly other: PatientValues;
  readonly heads: readonly [string, string];
  readonly check: IdentityCheck | undefined;
}) {
  const differs = (what: string) => check?.differences.some((each) => each.what === what) ?? false;
  const agrees = (what: string) => (check?.agree as readonly string[] | undefined)?.includes(what) ?? false;
  return (
    <table className="compared" data-testid="compared">
      <thead>
        <tr>
          <th aria-label="Value" />
          <th>{heads[0]}</th>
          <th>{heads[1]}</th>
          <th aria-label="Comparison" />
        </tr>
      </thead>
      <tbody>
        {ROWS.map(({ what, label, of }) => (
          <tr key={what}>
            <th scope="row">{label}</th>
            <td>{of(one) || <span className="sub">not known</span>}</td>
            <td>{of(other) || <span className="sub">not known</span>}</td>
            <td className="nowrap">
              {differs(what) ? <State is="wait">differs</State> : agrees(what) ? <State is="fine">agrees</State> : null}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
