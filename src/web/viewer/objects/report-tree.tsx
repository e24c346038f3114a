import { useMemo, useState } from "react";
import type { ContentItem, ContentTree } from "../../../dicom/objects/content-tree.ts";
import { placesOf } from "../../../dicom/objects/places.ts";
import type { PanePlan } from "../hanging/hang.ts";
import type { Room } from "../pane/pane-content.ts";
import { planOf } from "./plan-of.ts";
import type { ObjectFile } from "./series-objects.ts";

interface Props {
  readonly tree: ContentTree;
  readonly object: ObjectFile;
  readonly room: Room;
  readonly onPlan: ((plan: PanePlan) => void) | undefined;
}

const FIRST = 600;

/** A structured report to read: sections as headings, findings and measurements as lines, images as links. */
export function ReportTree({ tree, object, room, onPlan }: Props) {
  const [all, setAll] = useState(false);
  const places = useMemo(() => placesOf(object.header), [object]);
  const items = tree.items.slice(1);
  const shown = all ? items : items.slice(0, FIRST);
  return (
    <div className="o-report">
      {shown.map((item, k) => {
        const plan = item.reference && planOf(item.reference, places, room);
        return (
          <div
            key={k}
            className={item.kind === "CONTAINER" ? "o-section" : "o-line"}
            data-context={item.relation === "HAS OBS CONTEXT" || item.relation === "HAS ACQ CONTEXT" || undefined}
            style={{ paddingLeft: 16 * Math.min(item.depth - 1, 10) }}
          >
            {item.concept?.meaning && <b>{item.concept.meaning}</b>}
            <ValueOf item={item} />
            {item.reference &&
              (plan && onPlan ? (
                <button type="button" className="o-link" onClick={() => onPlan(plan)}>
                  Open the image
                </button>
              ) : (
                <small>{item.concept ? "" : "refers to an image "}that is not in this study here</small>
              ))}
          </div>
        );
      })}
      {shown.length < items.length && (
        <button type="button" className="o-more" onClick={() => setAll(true)}>
          Show all {items.length} items
        </button>
      )}
    </div>
  );
}

function ValueOf({ item }: { readonly item: ContentItem }) {
  if (item.reference) return null;
  if (item.kind === "NUM") {
    const unit = item.unit?.value === "1" ? "" : (item.unit?.value ?? "");
    return (
      <span title={item.unit?.meaning ?? ""}>
        {item.value === "" ? item.qualifier || "not measured" : `${item.value} ${unit}`}
        {item.value !== "" && item.qualifier ? ` (${item.qualifier})` : ""}
      </span>
    );
  }
  return <span className={item.value.includes("\n") ? "o-prose" : ""}>{item.value}</span>;
}
