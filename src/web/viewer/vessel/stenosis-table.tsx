import { DIAMETER_METHOD } from "../../../imaging/vessel/diameter.ts";
import type { ImagePlace } from "../../api/acts.ts";
import { GiveFact } from "../measure/give-fact.tsx";
import { type Scale, type StenosisRow, sizeWords, type stenosisRows } from "./run-diameters.ts";

interface Props {
  readonly found: NonNullable<ReturnType<typeof stenosisRows>>;
  readonly scale: Scale;
  readonly method: { readonly name: string; readonly version: string };
  readonly caseId: string | undefined;
  readonly image: ImagePlace;
  readonly observedAt: string | null;
}

/** The facts that a degree of stenosis goes to: each is defined by one method. */
const FACTS: Readonly<Partial<Record<StenosisRow["method"], string>>> = {
  NASCET: "carotid_stenosis_pct",
  WASID: "icas_stenosis_pct",
};

/** The sizes a stenosis rests on and its degree by each method, method named. */
export function StenosisTable({ found, scale, method, caseId, image, observedAt }: Props) {
  const { sizes, rows } = found;
  return (
    <>
      <dl className="x-sizes">
        {(
          [
            ["P", "proximal reference", sizes.proximal],
            ["N", "narrowest", sizes.narrowest],
            ["D", "distal reference", sizes.distal],
          ] as const
        ).map(([letter, name, size]) => (
          <div key={letter}>
            <dt>
              <b>{letter}</b> {name}
            </dt>
            <dd>{size ? sizeWords(size, scale.unit, scale.error) : "none fits here"}</dd>
          </div>
        ))}
      </dl>
      <table className="x-stenosis">
        <thead>
          <tr>
            <th scope="col">Stenosis</th>
            <th scope="col">degree</th>
            <th scope="col" aria-label="To the case" />
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.method} data-method={row.method}>
              <th scope="row" title={row.formula}>
                {row.method}
              </th>
              <td>{row.words}</td>
              <td>
                {FACTS[row.method] && row.percent !== null && (
                  <GiveFact
                    caseId={caseId}
                    name={FACTS[row.method]!}
                    value={Math.max(0, Math.round(row.percent))}
                    unit="%"
                    uncertainty={{
                      low: Math.max(0, Math.round(row.low)),
                      high: Math.min(100, Math.round(row.high)),
                      basis: "twice the SD of the fits",
                    }}
                    method={{ name: `${row.method} stenosis, ${method.name}`, version: method.version }}
                    image={image}
                    observedAt={observedAt}
                  />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** What the numbers of a run rest on. */
export const RUN_METHOD = { name: DIAMETER_METHOD.name, version: DIAMETER_METHOD.version };
