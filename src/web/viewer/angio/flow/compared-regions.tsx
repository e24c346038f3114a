import type { RegionReading } from "../../../workers/flow-messages.ts";
import type { RunPair } from "./compare-panel.tsx";
import { ERROR_WORDS, useReadings } from "./curves-panel.tsx";
import { useRunFlow } from "./flow-store.ts";
import { type Found, numberWords, relativeRows } from "./number-words.ts";
import { Working } from "./working.tsx";

/** Regions of the same name on both runs: before, after, and the change where it may be read. */
export function ComparedRegions({ pair }: { readonly pair: RunPair }) {
  const { before, after, guard } = pair;
  const [one, two] = [useRunFlow(before.series.seriesUid), useRunFlow(after.series.seriesUid)];
  const [first, second] = [useReadings(before, one), useReadings(after, two)];
  const rows = one.regions.flatMap((region) => {
    const other = two.regions.find(({ name }) => name === region.name);
    const a = first.result?.find(({ id }) => id === region.id);
    const b = other && second.result?.find(({ id }) => id === other.id);
    return a && b ? [{ region, a, b, parent: one.roles.parent === region.id }] : [];
  });
  if (one.regions.length === 0 || two.regions.length === 0) return null;
  const relative = rows.some(({ a, b }) => a.relative && b.relative);
  const may = (comparison: string) => guard.rulings.find((rule) => rule.comparison === comparison)?.allowed ?? false;
  const times = may(relative ? "relative-time-difference" : "time-difference") && before.timeUnit === after.timeUnit;
  const areas = may(relative ? "relative-area-ratio" : "area-ratio");
  return (
    <>
      <Working work={first.fraction === undefined && !first.error ? second : first} doing="curves of both runs" />
      {rows.length > 0 && (
        <>
          <h3>{relative ? "Relative to the parent artery" : "From the first frame"}, before and after</h3>
          <table className="v-flow-table">
            <thead>
              <tr>
                <th scope="col">region</th>
                <th scope="col">TTP change {before.timeUnit}</th>
                <th scope="col">AUC after / before</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ region, a, b, parent }) => (
                <tr key={region.id}>
                  <th scope="row">
                    <i style={{ background: region.colour }} aria-hidden="true" />
                    {region.name}
                  </th>
                  <td>{times ? numberWords(difference(a, b, parent), 2) : "refused"}</td>
                  <td>{areas ? numberWords(ratio(a, b, parent), 2) : "refused"}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p>{ERROR_WORDS}.</p>
        </>
      )}
    </>
  );
}

function difference(a: RegionReading, b: RegionReading, parent: boolean): Found {
  const [x, y] = [relativeRows(a, parent).ttp, relativeRows(b, parent).ttp];
  return { value: y.value - x.value, error: Math.hypot(x.error, y.error) };
}

function ratio(a: RegionReading, b: RegionReading, parent: boolean): Found {
  const [x, y] = [relativeRows(a, parent).auc, relativeRows(b, parent).auc];
  const value = y.value / x.value;
  return { value, error: Math.abs(value) * Math.hypot(x.error / x.value, y.error / y.value) };
}
