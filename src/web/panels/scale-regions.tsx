import type { KeyboardEvent } from "react";
import type { ScaleItem } from "../../knowledge/scales.ts";
import { Button } from "../design/button.tsx";
import { Segments } from "../design/choice.tsx";
import { type RegionLevel, type RegionShape, regionsOf } from "./region-shapes.ts";
import type { Sheet } from "./scale-sheet.ts";

export type RegionSide = "left" | "right";

/** Whether a scale can be answered by tapping regions. */
export const hasRegions = (scale: string) => regionsOf(scale) !== null;
/** Whether a scale reads one hemisphere, which is to be named. */
export const isSided = (scale: string) => regionsOf(scale)?.sided ?? false;

/** Regions of a schematic axial template, level by level, to be tapped; what is affected stands below in words. */
export function ScaleRegions({
  sheet,
  side,
  onSide,
  slice,
}: {
  readonly sheet: Sheet;
  readonly side: RegionSide | null;
  readonly onSide?: (side: RegionSide) => void;
  readonly slice?: () => void;
}) {
  const map = regionsOf(sheet.scale.id);
  if (!map) return null;
  return (
    <div className="scale-regions" data-testid="scale-regions" data-own-keys>
      {map.sided && onSide ? (
        <Segments
          label="Hemisphere that is read"
          value={side}
          onChange={(next) => onSide(next as RegionSide)}
          choices={[
            { id: "right", label: "patient's right" },
            { id: "left", label: "patient's left" },
          ]}
          data-testid="scale-side"
        />
      ) : null}
      <p className="sub">
        Tap what is affected; tap again when it is spared after all. As on the image: the patient's right is at the
        left.
      </p>
      {slice ? (
        <Button onPress={slice} data-testid="scale-slice">
          Tap on the patient's own slice
        </Button>
      ) : null}
      <div className="region-levels">
        {map.levels.map((level) => (
          <figure key={level.id}>
            {/* biome-ignore lint/a11y/useSemanticElements: a drawing that holds areas to tap */}
            <svg viewBox="0 0 200 240" role="group" aria-label={level.name}>
              <HatchPattern id={`hatch-${level.id}`} />
              {level.guides.map((path) => (
                <path key={path} className="region-guide" d={path} />
              ))}
              <text className="region-side" x="6" y="124">
                R
              </text>
              <text className="region-side" x="186" y="124">
                L
              </text>
              <Regions level={level} sheet={sheet} side={map.sided ? (side ?? "right") : null} />
            </svg>
            <figcaption className="sub">{level.name}</figcaption>
          </figure>
        ))}
      </div>
      <AffectedWords sheet={sheet} />
    </div>
  );
}

/** Lines across what is affected: it must be seen without colour. */
export function HatchPattern({ id }: { readonly id: string }) {
  return (
    <defs>
      <pattern id={id} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="5" height="5" className="region-hatch-ground" />
        <path d="M 0 0 V 5" className="region-hatch" />
      </pattern>
    </defs>
  );
}

/** The areas of one level; `side` null draws them as they are, "left" mirrored to the patient's left. */
export function Regions({
  level,
  sheet,
  side,
}: {
  readonly level: RegionLevel;
  readonly sheet: Sheet;
  readonly side: RegionSide | null;
}) {
  return (
    <g>
      {level.regions.map((shape) => {
        const item = sheet.scale.items.find((each) => each.key === shape.key);
        return item ? (
          <Region key={shape.key} shape={shape} item={item} sheet={sheet} level={level.id} mirrored={side === "left"} />
        ) : null;
      })}
    </g>
  );
}

function Region({
  shape,
  item,
  sheet,
  level,
  mirrored,
}: {
  readonly shape: RegionShape;
  readonly item: ScaleItem;
  readonly sheet: Sheet;
  readonly level: string;
  readonly mirrored: boolean;
}) {
  const answer = sheet.answers[item.key];
  const state = answer === undefined ? "open" : answer === item.normal ? "spared" : "affected";
  const affected = item.options.find((option) => option.value !== item.normal)!.value;
  const toggle = () => sheet.set(item.key, state === "affected" ? item.normal! : affected);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    // The viewer beside it has the same keys.
    event.stopPropagation();
    toggle();
  };
  const [x, y] = shape.label;
  const short = item.key.replace(/^(thalamus|cerebellum)-/, (word) => (word.startsWith("t") ? "Th-" : "Cb-"));
  const mark = state === "affected" ? "✕" : state === "spared" ? "✓" : "";
  return (
    // biome-ignore lint/a11y/useSemanticElements: an area of a drawing cannot be an input
    <g
      role="checkbox"
      tabIndex={0}
      aria-checked={state === "open" ? "mixed" : state === "affected"}
      aria-label={`${item.key} ${item.label === item.key ? "" : item.label}: ${state === "open" ? "not answered" : state}`}
      className={`region ${state}`}
      onClick={toggle}
      onKeyDown={onKeyDown}
      data-testid={`region-${item.key}`}
    >
      <path
        d={shape.path}
        {...(mirrored ? { transform: "matrix(-1 0 0 1 200 0)" } : {})}
        {...(state === "affected" ? { style: { fill: `url(#hatch-${level})` } } : {})}
      />
      <text x={mirrored ? 200 - x : x} y={y + 3.5}>
        {short}
        {mark}
      </text>
    </g>
  );
}

/** "Affected: M1, I. 5 regions not answered." */
export function AffectedWords({ sheet }: { readonly sheet: Sheet }) {
  const affected = sheet.scale.items.filter(
    (item) => sheet.answers[item.key] !== undefined && sheet.answers[item.key] !== item.normal,
  );
  const lost = affected.reduce((sum, item) => sum + Number(item.normal) - Number(sheet.answers[item.key]), 0);
  const most = Number(sheet.scale.range[1]);
  const open = sheet.left.length;
  return (
    <p className="region-words" data-testid="region-words">
      <b>Affected:</b> {affected.length === 0 ? "none so far" : affected.map((item) => item.key).join(", ")}.{" "}
      {open > 0 ? `${open} not answered; if the rest is spared: ${most - lost}.` : ""}
    </p>
  );
}
