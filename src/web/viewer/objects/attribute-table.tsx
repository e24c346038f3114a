import { useMemo, useState } from "react";
import type { DataSet } from "../../../dicom/data-set.ts";
import { attributeRows } from "../../../dicom/objects/attribute-rows.ts";

const FIRST = 400;

/** The header of an object: every attribute, found by tag, name or value. */
export function AttributeTable({ header }: { readonly header: DataSet }) {
  const [wanted, setWanted] = useState("");
  const [all, setAll] = useState(false);
  const { rows, more } = useMemo(() => attributeRows(header), [header]);
  const words = wanted.trim().toLowerCase();
  const found = useMemo(
    () =>
      words === ""
        ? rows
        : rows.filter(({ tag, name, value }) =>
            `${tag} ${tag.replace(/[(),]/g, "")} ${name} ${name.replaceAll(" ", "")} ${value}`
              .toLowerCase()
              .includes(words),
          ),
    [rows, words],
  );
  const shown = all ? found : found.slice(0, FIRST);
  return (
    <div className="o-header">
      <label className="o-find">
        <input
          type="search"
          placeholder="Find by name, tag or value"
          aria-label="Find in the header"
          value={wanted}
          onChange={({ target }) => setWanted(target.value)}
        />
        <small>
          {words === "" ? `${rows.length} attributes` : `${found.length} of ${rows.length}`}
          {more ? ", more in the file" : ""}
        </small>
      </label>
      <div className="o-wide">
        <table className="o-attributes">
          <tbody>
            {shown.map(({ depth, tag, name, vr, value }, k) => (
              <tr key={k}>
                <td className="o-tag">{tag}</td>
                <td style={{ paddingLeft: 8 + 14 * Math.min(depth, 8) }}>{name}</td>
                <td className="o-vr">{vr}</td>
                <td className="o-value">{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {found.length === 0 && <p className="o-note">Nothing in this header has “{wanted}”.</p>}
      {shown.length < found.length && (
        <button type="button" className="o-more" onClick={() => setAll(true)}>
          Show all {found.length}
        </button>
      )}
    </div>
  );
}
