import { type ReactNode, useState } from "react";
import type { ScaleScore } from "../../knowledge/scales.ts";
import { Button } from "../design/button.tsx";
import { Segments } from "../design/choice.tsx";
import { useIsPhone } from "../design/phone.ts";
import { ScaleRow } from "./scale-item.tsx";
import { hasRegions, type RegionSide, ScaleRegions } from "./scale-regions.tsx";
import type { Sheet } from "./scale-sheet.ts";
import { ScaleSteps } from "./scale-steps.tsx";
import "./scale.css";

type Way = "list" | "steps" | "regions";

const WAYS: Readonly<Record<Way, string>> = { regions: "By region", steps: "One at a time", list: "All items" };

/**
 * Any scale as a form: all items, one at a time, or by tapping regions where they have a place in the brain. The total
 * stands below as soon as nothing is missing; an item that was not answered never counts as zero.
 */
export function ScaleForm({
  sheet,
  side,
  onSide,
  slice,
}: {
  readonly sheet: Sheet;
  readonly side?: RegionSide | null;
  readonly onSide?: (side: RegionSide) => void;
  /** Opens the regions on the patient's own slice, where there is one. */
  readonly slice?: () => void;
}) {
  const { scale } = sheet;
  const isPhone = useIsPhone();
  const regions = hasRegions(scale.id);
  const several = scale.items.length > 3 && scale.kind !== "two-column";
  const ways: Way[] = [...(regions ? ["regions" as const] : []), ...(several ? ["steps" as const] : []), "list"];
  const [chosen, setWay] = useState<Way | null>(null);
  const way = chosen ?? (regions ? "regions" : isPhone && several ? "steps" : "list");
  return (
    <div className="scale-form" data-testid="scale-form">
      {ways.length > 1 ? (
        <Segments
          label="How to answer"
          value={way}
          onChange={(next) => setWay(next as Way)}
          choices={ways.map((id) => ({ id, label: WAYS[id] }))}
        />
      ) : null}
      {way === "steps" ? (
        <ScaleSteps sheet={sheet} />
      ) : way === "regions" ? (
        <ScaleRegions sheet={sheet} side={side ?? null} {...(onSide ? { onSide } : {})} {...(slice ? { slice } : {})} />
      ) : (
        <table className="scale-items">
          <tbody>
            {scale.items.map((item) => (
              <ScaleRow key={item.key} item={item} sheet={sheet} />
            ))}
          </tbody>
        </table>
      )}
      <div className="scale-total" data-testid="scale-total" aria-live="polite">
        <Total score={sheet.score} items={scale.items.length} />
        <span className="scale-total-acts">
          {sheet.restNormal ? (
            <Button onPress={sheet.restNormal} data-testid="scale-rest">
              The rest is {regions ? "spared" : "normal"}
            </Button>
          ) : null}
          {sheet.undo ? (
            <Button look="quiet" onPress={sheet.undo}>
              Undo
            </Button>
          ) : null}
          {sheet.clear ? (
            <Button look="quiet" onPress={sheet.clear}>
              Clear
            </Button>
          ) : null}
        </span>
      </div>
    </div>
  );
}

function Total({ score, items }: { readonly score: ScaleScore | string; readonly items: number }): ReactNode {
  if (typeof score === "string") return <span className="quiet-text">{score}</span>;
  if (score.value === null) {
    const left = score.missing.length;
    return (
      <span className="quiet-text">
        {left > 0 ? `${left} of ${items} ${items === 1 ? "item" : "items"} not answered; no total yet` : score.reason}
      </span>
    );
  }
  return (
    <span>
      <b className="scale-value">{totalWords(score)}</b> {score.reading ?? ""}
      {score.untestable.length > 0 ? <span className="sub"> · not tested: {score.untestable.join(", ")}</span> : null}
    </span>
  );
}

/** "11", "70.25 %": a total as it is shown. */
export function totalWords({ value, unit }: Pick<ScaleScore, "value" | "unit">): string {
  const number = typeof value === "number" ? Math.round(value * 100) / 100 : value;
  return [number, unit].filter((part) => part !== "" && part !== null).join(" ");
}
