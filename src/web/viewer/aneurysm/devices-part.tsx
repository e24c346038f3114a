import { useState } from "react";
import { type Coil, lengthToReach, liningEstimate, packing } from "../../../imaging/aneurysm/device-aids.ts";
import type { NeckVessel } from "../../../imaging/aneurysm/neck-vessels.ts";
import type { NeckAnswer } from "../../workers/aneurysm-messages.ts";

const INCH = 25.4;
const TARGET = 0.25;
const FIRST: Coil = { diameterMm: 0.01 * INCH, lengthMm: 100, count: 1 };

interface Props {
  readonly neck: NeckAnswer;
}

/** What devices would need by geometry alone: packing of coils, the bed of a lining device, the sac. */
export function DevicesPart({ neck }: Props) {
  const [coils, setCoils] = useState<readonly Coil[]>([FIRST]);
  const [out, setOut] = useState<number>();
  const { values, vessels, parent, measurements } = neck;
  if (!values) return null;
  const range = measurements.find(({ code }) => code === "aneurysm.volume")?.uncertainty;
  const found = packing(coils, values.volume, range ? (range.high - range.low) / 2 : 0);
  const wire = coils.at(-1)?.diameterMm ?? FIRST.diameterMm;
  const more = lengthToReach(TARGET, coils, values.volume, wire);
  const others = vessels.map((vessel, n) => ({ vessel, n })).filter(({ n }) => n !== parent);
  const outflow = others.find(({ n }) => n === out)?.vessel ?? others[0]?.vessel;
  const bed = outflow && vessels[parent] ? bedOf(vessels[parent], outflow, values.neckMost) : undefined;
  const change = (n: number, part: Partial<Coil>) =>
    setCoils(coils.map((coil, at) => (at === n ? { ...coil, ...part } : coil)));
  return (
    <section className="n-devices" aria-label="Devices">
      <h3>
        Devices <small>geometric estimate, no device length or choice</small>
      </h3>
      <table>
        <thead>
          <tr>
            <th scope="col">Coil, inch</th>
            <th scope="col">cm</th>
            <th scope="col">count</th>
            <th scope="col" aria-label="Remove" />
          </tr>
        </thead>
        <tbody>
          {coils.map((coil, n) => (
            <tr key={n}>
              <td>
                {cell(`Wire of coil ${n + 1}, inch`, coil.diameterMm / INCH, 0.0005, (v) =>
                  change(n, { diameterMm: v * INCH }),
                )}
              </td>
              <td>
                {cell(`Length of coil ${n + 1}, cm`, coil.lengthMm / 10, 1, (v) => change(n, { lengthMm: v * 10 }))}
              </td>
              <td>{cell(`Count of coil ${n + 1}`, coil.count, 1, (v) => change(n, { count: v }))}</td>
              <td>
                <button
                  type="button"
                  aria-label={`Remove coil ${n + 1}`}
                  onClick={() => setCoils(coils.filter((_, at) => at !== n))}
                >
                  Remove
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <button type="button" onClick={() => setCoils([...coils, coils.at(-1) ?? FIRST])}>
        Add a coil
      </button>
      <p data-testid="packing">
        {found
          ? `Packing ${(100 * found.density).toFixed(1)} %${found.sd > 0 ? ` ± ${(100 * found.sd).toFixed(1)}` : ""}: ${found.coilMm3.toFixed(0)} mm³ of wire in ${values.volume.toFixed(0)} mm³. `
          : "A coil has no size. "}
        {found &&
          more > 0 &&
          `${(more / 10).toFixed(0)} cm more of ${(wire / INCH).toFixed(4)} inch reach ${100 * TARGET} %.`}
      </p>
      {bed && (
        <>
          {others.length > 1 && (
            <label className="v-row">
              Lined into
              <select value={out ?? others[0]!.n} onChange={({ target }) => setOut(Number(target.value))}>
                {others.map(({ vessel, n }) => (
                  <option key={n} value={n}>
                    {vesselWords(vessel, n)}
                  </option>
                ))}
              </select>
            </label>
          )}
          <p>
            Lining: bed of {bed.diameterMm.toFixed(1)} mm (least {bed.leastDiameterMm.toFixed(1)}, taper{" "}
            {bed.taper.toFixed(2)}) over {bed.coveredMm.toFixed(0)} mm, from 1.5 diameters before the neck to 1.5 after
            it. How much a braid shortens is the maker's to say.
          </p>
        </>
      )}
      <p>
        Sac: width {values.width.toFixed(1)} mm, height {values.height.toFixed(1)} mm, neck{" "}
        {values.neckLeast.toFixed(1)} to {values.neckMost.toFixed(1)} mm. The size of an intrasaccular device is in its
        maker's table.
      </p>
    </section>
  );
}

/** A vessel at the neck in words: its diameter, and where it goes from there. */
export function vesselWords({ meanMm, direction: [x, y, z] }: NeckVessel, n: number): string {
  const ways = (
    [
      [x, "left", "right"],
      [y, "back", "front"],
      [z, "head", "feet"],
    ] as const
  ).toSorted((a, b) => Math.abs(b[0]) - Math.abs(a[0]));
  const words = ways.filter(([v]) => Math.abs(v) > 0.45).map(([v, plus, minus]) => (v > 0 ? plus : minus));
  return `${n + 1}: ${meanMm.toFixed(1)} mm, to the ${words.join(" and ")}`;
}

function bedOf(inflow: NeckVessel, outflow: NeckVessel, neckMm: number) {
  const diametersMm = [inflow.awayMm ?? inflow.edgeMm, inflow.edgeMm, outflow.edgeMm, outflow.awayMm ?? outflow.edgeMm];
  return liningEstimate({ diametersMm, stepMm: (1.5 * inflow.edgeMm + neckMm + 1.5 * outflow.edgeMm) / 3 });
}

function cell(label: string, value: number, step: number, put: (value: number) => void) {
  return (
    <input
      type="number"
      aria-label={label}
      min={0}
      step={step}
      value={Number(value.toFixed(4))}
      onChange={({ target }) => put(Math.max(0, Number(target.value)))}
      onKeyDown={(event) => event.stopPropagation()}
    />
  );
}
