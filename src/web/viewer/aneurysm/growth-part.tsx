import { useState } from "react";
import type { KeptValue } from "../../../cases/kept.ts";
import { type EarlierAneurysm, type GrowthRow, growthRows } from "./growth-rows.ts";

interface Props {
  readonly earlier: readonly EarlierAneurysm[];
  readonly now: readonly KeptValue[];
}

/** What changed since an earlier kept measurement of the same aneurysm, and whether reading twice would tell it. */
export function GrowthPart({ earlier, now }: Props) {
  const [chosen, setChosen] = useState<string>();
  const one = earlier.find(({ id }) => id === chosen) ?? earlier[0];
  if (!one) return null;
  return (
    <section className="n-growth" aria-label="Growth">
      <h3>Since {dateOf(one)}</h3>
      {earlier.length > 1 && (
        <label className="v-row">
          Against
          <select value={one.id} onChange={({ target }) => setChosen(target.value)}>
            {earlier.map((other) => (
              <option key={other.id} value={other.id}>
                {dateOf(other)}
              </option>
            ))}
          </select>
        </label>
      )}
      <table className="n-measures">
        <tbody>
          {growthRows(one.values, now).map((row) => (
            <tr key={row.code} data-growth={row.code} data-verdict={row.change?.verdict ?? "unknown"}>
              <th scope="row">{row.label}</th>
              <td>{words(row)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p>
        A difference counts beyond ± 1.96 × the root of both variances (95 % repeatability). The errors are assumed, not
        measured by reading twice.
      </p>
    </section>
  );
}

function words({ before, now, unit, change }: GrowthRow): string {
  const digits = unit === "mm" ? 1 : 0;
  const mm = unit === "mm3" ? "mm³" : unit;
  const moved = `${before.toFixed(digits)} to ${now.toFixed(digits)} ${mm}`;
  if (!change) return `${moved}, error not known`;
  const limit = `± ${change.repeatability.toFixed(digits)}`;
  return change.verdict === "within" ? `${moved}, within ${limit}` : `${moved}, ${change.verdict} (beyond ${limit})`;
}

function dateOf({ at }: EarlierAneurysm): string {
  return at ? new Date(at).toISOString().slice(0, 16).replace("T", " ") : "just now";
}
