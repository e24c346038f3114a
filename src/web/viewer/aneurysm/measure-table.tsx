import { ANEURYSM_MEASURES, ANEURYSM_METHOD } from "../../../imaging/aneurysm/measures.ts";
import type { Morphometry } from "../../../imaging/aneurysm/morphometry.ts";
import type { ImagePlace } from "../../api/acts.ts";
import type { NeckAnswer } from "../../workers/aneurysm-messages.ts";
import { GiveFact } from "../measure/give-fact.tsx";

interface Props {
  readonly neck: NeckAnswer;
  readonly caseId: string | undefined;
  readonly image: ImagePlace;
  readonly observedAt: string | null;
}

const UNITS = { mm: " mm", mm2: " mm²", mm3: " mm³", "1": "" } as const;
/** The measures that a report gives; the others are opened. */
const FIRST: readonly (keyof Morphometry)[] = [
  ...(["size", "neck", "height", "width", "volume"] as const),
  ...(["aspectRatio", "bottleneck", "sizeRatio", "nonSphericity", "undulation", "ellipticity"] as const),
];
const FACTS: ReadonlySet<string> = new Set(["aneurysm_size_mm", "aneurysm_neck_mm"]);

/** The measures of a dome: value with unit and one standard deviation, and how each is read. */
export function MeasureTable({ neck, caseId, image, observedAt }: Props) {
  const row = ({ key, code, label, unit, how }: (typeof ANEURYSM_MEASURES)[number]) => {
    const value = neck.values?.[key] ?? null;
    const read = neck.measurements.find((one) => one.code === code);
    const digits = unit === "1" ? 2 : unit === "mm" ? 1 : 0;
    const range = neck.whole ? read?.uncertainty : undefined;
    const sd = range ? (range.high - range.low) / 2 : undefined;
    return (
      <tr key={code} data-measure={code} data-value={value ?? ""} data-sd={sd ?? ""}>
        <th scope="row" title={how}>
          {label}
          <small>{how}</small>
        </th>
        <td>
          {value === null ? (
            (read?.reason ?? "…")
          ) : (
            <>
              {value.toFixed(digits)}
              {UNITS[unit]}
              <span>{sd === undefined ? (neck.whole ? " error not known" : "") : ` ± ${sd.toFixed(digits)}`}</span>
            </>
          )}
          {FACTS.has(code) && neck.whole && value !== null && (
            <GiveFact
              caseId={caseId}
              name={code}
              value={Math.round(value * 10) / 10}
              unit="mm"
              {...(range ? { uncertainty: range } : {})}
              method={{ name: ANEURYSM_METHOD.name, version: ANEURYSM_METHOD.version }}
              image={image}
              observedAt={observedAt}
            />
          )}
        </td>
      </tr>
    );
  };
  const first = FIRST.map((key) => ANEURYSM_MEASURES.find((one) => one.key === key)!);
  const parent = neck.measurements.find(({ code }) => code === "aneurysm.parent");
  return (
    <>
      <table className="n-measures">
        <tbody>{first.map(row)}</tbody>
      </table>
      <details>
        <summary>All measures</summary>
        <table className="n-measures">
          <tbody>
            {ANEURYSM_MEASURES.filter(({ key }) => !FIRST.includes(key)).map(row)}
            {parent && parent.value !== null && (
              <tr>
                <th scope="row">
                  Parent vessel
                  <small>mean of the edge of the neck and 1.5 diameters away</small>
                </th>
                <td>{parent.value.toFixed(1)} mm</td>
              </tr>
            )}
          </tbody>
        </table>
      </details>
    </>
  );
}
