import type { Measurement } from "../../core/measurement.ts";
import { figureOf, withUnit } from "./figures.ts";

interface Method {
  readonly name: string;
  readonly version: string;
}

/** Numbers with unit, range and what cannot be computed; `method` is the one that the head of the section names. */
export function NumberTable({ of, method }: { readonly of: readonly Measurement[]; readonly method: Method }) {
  return (
    <table className="numbers">
      <tbody>
        {of.map((each) => (
          <NumberRow key={each.code} of={each} section={method} />
        ))}
      </tbody>
    </table>
  );
}

/** One number. The method is said in the head of the section, and here only when this number was made otherwise. */
function NumberRow({ of, section }: { readonly of: Measurement; readonly section: Method }) {
  const { uncertainty: range, method } = of;
  const differs = method.name !== section.name || method.version !== section.version;
  const digits = (value: number) => figureOf(of.code, value);
  return (
    <tr
      data-testid={of.code === "core_ml" ? "perfusion-core" : `number-${of.code}`}
      title={`${method.name} ${method.version}. ${method.reference}`}
    >
      <td>
        {of.label}
        {differs ? (
          <div className="sub">
            {method.name} {method.version}
          </div>
        ) : null}
        <div className="sub">
          {of.value === null ? of.reason : range ? `${digits(range.low)} to ${digits(range.high)}: ${range.basis}` : ""}
        </div>
      </td>
      <td className="figure">
        {of.value === null ? (
          <span className="mark unknown">◌ cannot be computed</span>
        ) : (
          <b>{withUnit(digits(of.value), of.unit)}</b>
        )}
      </td>
    </tr>
  );
}
