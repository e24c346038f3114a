import type { FactValue } from "../../core/index.ts";
import { type Criterion, childrenOf, type Leaf, type Op } from "../../knowledge/criteria.ts";
import {
  addAt,
  type CriterionPath,
  groupOf,
  type Joining,
  joiningOf,
  leafFor,
  nodeAt,
  opsFor,
  replaceAt,
} from "../../knowledge/criterion-edit.ts";
import { FIELDS, fieldOf, wordsOf } from "../../knowledge/dictionary.ts";
import { sentence } from "../../knowledge/sentence.ts";
import { Button } from "../design/button.tsx";

interface Building {
  readonly root: Criterion;
  readonly path: CriterionPath;
  readonly onChange: (root: Criterion) => void;
  readonly locked: boolean;
}

const JOININGS: readonly { readonly id: Joining; readonly label: string }[] = [
  { id: "all", label: "all of these" },
  { id: "any", label: "at least one of these" },
  { id: "atLeast", label: "at least so many of these" },
  { id: "not", label: "none: not all of these" },
];

const OP_WORDS: Readonly<Record<Op, string>> = {
  eq: "is",
  ne: "is not",
  in: "is one of",
  lt: "below",
  lte: "at most",
  gt: "above",
  gte: "at least",
  between: "from … to …",
};

/** A criterion as boxes of conditions: fields by their name, comparisons in words, no code. */
export function CriterionBuilder(building: Building) {
  const { root, path, onChange, locked } = building;
  const node = nodeAt(root, path);
  if (!node) return null;
  const joining = joiningOf(node);
  if (joining === null) return <Condition {...building} node={node} />;
  const children = childrenOf(node);
  const join = (next: Joining) =>
    onChange(replaceAt(root, path, groupOf(next, children, "of" in node ? node.atLeast : 1)));
  const add = (child: Criterion) => onChange(addAt(root, path, child));
  return (
    <fieldset className="criterion-group" disabled={locked} data-testid={`group-${path.join(".") || "root"}`}>
      <legend>
        <select
          className="input"
          aria-label="How these conditions are joined"
          value={joining}
          onChange={(event) => join(event.target.value as Joining)}
        >
          {JOININGS.map(({ id, label }) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </select>
        {"of" in node ? (
          <input
            className="input criterion-number"
            type="number"
            aria-label="How many of these"
            min={0}
            max={children.length}
            value={node.atLeast}
            onChange={(event) => onChange(replaceAt(root, path, { ...node, atLeast: Number(event.target.value) }))}
          />
        ) : null}
        {path.length > 0 ? <Remove {...building} what="this group" /> : null}
      </legend>
      {children.map((_, i) => (
        <CriterionBuilder key={i} {...building} path={[...path, i]} />
      ))}
      {locked ? null : (
        <div className="criterion-add">
          <Button look="quiet" onPress={() => add(leafFor("nihss"))}>
            Add a condition
          </Button>
          <Button look="quiet" onPress={() => add({ any: [leafFor("nihss")] })}>
            Add a group
          </Button>
          <Button look="quiet" onPress={() => add({ text: "a condition that a person reads" })}>
            Add words
          </Button>
        </div>
      )}
    </fieldset>
  );
}

function Remove({ root, path, onChange, locked, what }: Building & { readonly what: string }) {
  if (locked) return null;
  return (
    <Button look="quiet" aria-label={`Take out ${what}`} onPress={() => onChange(replaceAt(root, path, null))}>
      ✕
    </Button>
  );
}

function Condition({ node, ...building }: Building & { readonly node: Criterion }) {
  const { root, path, onChange, locked } = building;
  const put = (next: Criterion) => onChange(replaceAt(root, path, next));
  if ("text" in node)
    return (
      <div className="criterion-leaf">
        <input
          className="input criterion-text"
          aria-label="A condition that a person reads"
          value={node.text}
          disabled={locked}
          onChange={(event) => put({ text: event.target.value })}
        />
        <Remove {...building} what={`"${node.text}"`} />
      </div>
    );
  if (!("field" in node)) return null;
  const known = fieldOf(node.field) !== undefined;
  return (
    <div className="criterion-leaf" data-testid={`condition-${node.field}`}>
      <select
        className="input criterion-field"
        aria-label="Fact"
        value={node.field}
        disabled={locked}
        onChange={(event) => put(leafFor(event.target.value, node.op, node.value))}
      >
        {known ? null : <option value={node.field}>{`${node.field} (not in the dictionary)`}</option>}
        {FIELDS.map(({ name, label }) => (
          <option key={name} value={name}>
            {label}
          </option>
        ))}
      </select>
      <select
        className="input"
        aria-label={`Comparison of ${fieldOf(node.field)?.label ?? node.field}`}
        value={node.op}
        disabled={locked}
        onChange={(event) => put(leafFor(node.field, event.target.value as Op, node.value))}
      >
        {opsFor(node.field).map((op) => (
          <option key={op} value={op}>
            {OP_WORDS[op]}
          </option>
        ))}
      </select>
      <LeafValue leaf={node} onChange={(value) => put({ ...node, value })} locked={locked} />
      <Remove {...building} what={sentence(node)} />
    </div>
  );
}

interface Valued {
  readonly leaf: Leaf;
  readonly onChange: (value: Leaf["value"]) => void;
  readonly locked: boolean;
}

function LeafValue({ leaf, onChange, locked }: Valued) {
  const field = fieldOf(leaf.field);
  const name = field?.label ?? leaf.field;
  const words = field && (field.kind === "enum" || field.kind === "ordered") ? wordsOf(field) : [];
  const list = Array.isArray(leaf.value) ? (leaf.value as readonly FactValue[]) : null;
  const put = (i: number, value: FactValue) => onChange(list ? list.map((old, k) => (k === i ? value : old)) : value);
  if (leaf.op === "in")
    return (
      <select
        className="input"
        multiple
        size={Math.min(6, Math.max(2, words.length))}
        aria-label={`Values of ${name}`}
        value={(list ?? [leaf.value]).map(String)}
        disabled={locked}
        onChange={(event) => onChange([...event.target.selectedOptions].map((option) => option.value))}
      >
        {words.map((word) => (
          <option key={word} value={word}>
            {field?.labels?.[word] ?? word.replaceAll("_", " ")}
          </option>
        ))}
      </select>
    );
  return (
    <>
      {(list ?? [leaf.value as FactValue]).map((value, i) => (
        <OneValue
          key={i}
          {...{ value, words, locked, unit: field?.unit ?? "" }}
          name={list ? `${name}, ${i === 0 ? "from" : "to"}` : name}
          labels={field?.labels ?? {}}
          sentences={field?.words}
          onChange={(next) => put(i, next)}
        />
      ))}
    </>
  );
}

function OneValue({
  value,
  words,
  name,
  unit,
  labels,
  sentences,
  locked,
  onChange,
}: {
  readonly value: FactValue;
  readonly words: readonly string[];
  readonly name: string;
  readonly unit: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly sentences: readonly [string, string] | undefined;
  readonly locked: boolean;
  readonly onChange: (value: FactValue) => void;
}) {
  if (typeof value === "boolean")
    return (
      <select
        className="input"
        aria-label={`Value of ${name}`}
        value={String(value)}
        disabled={locked}
        onChange={(event) => onChange(event.target.value === "true")}
      >
        <option value="true">{sentences?.[0] ?? "yes"}</option>
        <option value="false">{sentences?.[1] ?? "no"}</option>
      </select>
    );
  if (typeof value === "number")
    return (
      <span className="with-unit">
        <input
          className="input criterion-number"
          type="number"
          step="any"
          aria-label={`Value of ${name}`}
          value={value}
          disabled={locked}
          onChange={(event) => event.target.value !== "" && onChange(Number(event.target.value))}
        />
        {unit ? <span className="sub"> {unit}</span> : null}
      </span>
    );
  return (
    <select
      className="input"
      aria-label={`Value of ${name}`}
      value={value}
      disabled={locked}
      onChange={(event) => onChange(event.target.value)}
    >
      {words.includes(value) ? null : <option value={value}>{value}</option>}
      {words.map((word) => (
        <option key={word} value={word}>
          {labels[word] ?? word.replaceAll("_", " ")}
        </option>
      ))}
    </select>
  );
}
