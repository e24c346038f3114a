import type { ReactNode } from "react";
import type { SummaryTable } from "../../../dicom/objects/summary-shape.ts";
import type { ObjectFile } from "./series-objects.ts";

/** What an object says in short: what it is for, facts, then `middle`, then tables and what was left out. */
export function SummaryView({ object, middle = null }: { readonly object: ObjectFile; readonly middle?: ReactNode }) {
  const { kind, summary } = object;
  return (
    <>
      <h2 className="o-title">{summary.title}</h2>
      <p className="o-purpose">{kind.purpose}</p>
      {summary.notes.map((note) => (
        <p key={note} className="o-note">
          {note}
        </p>
      ))}
      <dl className="o-facts">
        {summary.facts.map(([label, value], k) => (
          <div key={k}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {middle}
      {summary.tables.map((table) => (
        <TableOf key={table.title} table={table} />
      ))}
    </>
  );
}

/** A table of an object; figures stand right. */
function TableOf({ table }: { readonly table: SummaryTable }) {
  if (table.rows.length === 0) return null;
  const isFigure = table.columns.map((_, c) => table.rows.every((row) => /^[-\d.e]*$/.test(row[c] ?? "")));
  const empty = table.columns.map((_, c) => table.rows.every((row) => !row[c]));
  const show = table.columns.map((_, c) => c).filter((c) => !empty[c]);
  return (
    <figure className="o-table">
      <figcaption>{table.title}</figcaption>
      <div className="o-wide">
        <table>
          <thead>
            <tr>
              {table.colours && <th aria-label="Colour" />}
              {show.map((c) => (
                <th key={c} className={isFigure[c] ? "figure" : ""}>
                  {table.columns[c]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map((row, r) => (
              <tr key={r}>
                {table.colours && (
                  <td>
                    <i className="o-swatch" style={{ background: table.colours[r] || "none" }} />
                  </td>
                )}
                {show.map((c) => (
                  <td key={c} className={isFigure[c] ? "figure" : ""}>
                    {row[c]}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {table.cut > 0 && <p className="o-note">{table.cut} more are in the object: download it to see them all.</p>}
    </figure>
  );
}
