import type { MeasuredView } from "../../cases/analysis-view.ts";
import { State } from "../design/mark.tsx";
import { NumberTable } from "./number-table.tsx";

/** The result of a run of any kind: its numbers, and what limits them. What a kind shows more is in the viewer. */
export function MeasuredResult({
  name,
  result,
  at,
}: {
  readonly name: string;
  readonly result: MeasuredView;
  readonly at: string;
}) {
  return (
    <section className="stack result" data-testid="measured">
      <div>
        <h3>{name}</h3>
        <p className="sub">
          {result.method.name} {result.method.version} · {at}
        </p>
      </div>
      <NumberTable of={result.measurements} method={result.method} />
      {result.limitations.length > 0 && (
        <ul className="findings">
          {result.limitations.map(({ code, message }) => (
            <li key={code + message}>
              <State is="look">{message}</State>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
