import { useState } from "react";
import type { Change } from "../../dicom/deidentify/changes.ts";
import type { PreviewView } from "../api/deidentify.ts";
import { Segments } from "../design/choice.tsx";
import { State } from "../design/mark.tsx";
import { Notice } from "../design/notice.tsx";
import { counted } from "./figures.ts";

const KINDS = [
  { id: "all", label: "All" },
  { id: "gone", label: "Removed" },
  { id: "new", label: "Replaced" },
  { id: "kept", label: "Kept" },
] as const;
type Kind = (typeof KINDS)[number]["id"];

const KIND_OF: Readonly<Record<Change["did"], Kind>> = {
  removed: "gone",
  emptied: "gone",
  replaced: "new",
  cleaned: "new",
  moved: "new",
  "new UID": "new",
  kept: "kept",
};

const RULES: Readonly<Record<Change["rule"], string>> = {
  table: "PS3.15 table E.1-1",
  ours: "listed by Willis",
  "value type": "by its kind of value",
  private: "private element",
  unknown: "not in the dictionary",
  group: "overlay or curve",
  "not listed": "not listed",
};

/** What an export would do: first what a person must look at, then each attribute before and after. */
export function DeidentifyPreview({ preview }: { readonly preview: PreviewView }) {
  const [kind, setKind] = useState<Kind>("all");
  const { changes, flags, withheld, removedWords } = preview;
  const shown = changes.filter((change) => kind === "all" || KIND_OF[change.did] === kind);
  const count = (wanted: Kind) => changes.filter((change) => KIND_OF[change.did] === wanted).length;
  return (
    <div className="deidentify-preview" data-testid="deidentify-preview">
      <p className="quiet-text">
        {counted(preview.objects, "object")} in {counted(preview.series, "series", "series")}; one of each kind was
        looked at
        {preview.looked < preview.kinds ? ` (${preview.looked} of ${preview.kinds} kinds)` : ""}. Attributes:{" "}
        {count("gone")} removed, {count("new")} replaced, {count("kept")} kept by your choice.
        {preview.names === "examples" ? " The new names are examples until the project has its first export." : ""}
      </p>
      {flags.length > 0 ? (
        <section className="card deidentify-flags" data-testid="deidentify-flags">
          <h3>Look at these before you pass them on</h3>
          <p className="sub">Text in the picture and faces are not removed.</p>
          <ul>
            {flags.map((flag) => (
              <li key={`${flag.series} ${flag.kind} ${flag.why} ${flag.objects}`}>
                <State is={flag.risk === "certain" ? "wait" : "look"}>
                  {flag.series || "Series"}, {counted(flag.objects, "object")}: {flag.risk} {flag.kind}
                  <span className="sub deidentify-note">{flag.why}</span>
                </State>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {withheld.length > 0 ? (
        <section className="card">
          <h3>Not given out</h3>
          <ul>
            {withheld.map((one) => (
              <li key={`${one.series} ${one.reason}`}>
                <State is="none">
                  {one.series || "Series"} ({counted(one.objects, "object")}): {one.reason}
                </State>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {removedWords.length > 0 ? (
        <section className="card">
          <h3>Words taken out of descriptions</h3>
          <p className="quiet-text">{removedWords.join(" · ")}</p>
        </section>
      ) : null}
      <Segments
        label="Attributes"
        choices={KINDS.map(({ id, label }) => ({ id, label: `${label} ${id === "all" ? changes.length : count(id)}` }))}
        value={kind}
        onChange={(id) => setKind(id as Kind)}
      />
      {shown.length === 0 ? (
        <Notice title="None of these">With your choice nothing falls here.</Notice>
      ) : (
        <div className="deidentify-table">
          <table>
            <thead>
              <tr>
                <th>Attribute</th>
                <th>Before</th>
                <th>After</th>
                <th className="figure">Places</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((change) => (
                <tr key={`${change.path} ${change.did}`}>
                  <td>
                    {change.name}
                    <div className="sub">{RULES[change.rule]}</div>
                  </td>
                  <td className="deidentify-value">{change.before || "empty"}</td>
                  <td className="deidentify-value">
                    <After change={change} />
                  </td>
                  <td className="figure">{change.count}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}

function After({ change }: { readonly change: Change }) {
  if (change.did === "removed") return <span className="sub">removed</span>;
  if (change.did === "emptied") return <span className="sub">empty</span>;
  if (change.did === "kept") return <span>{change.after}</span>;
  return <b>{change.after}</b>;
}
