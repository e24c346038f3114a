import { MASK_KINDS, type MaskView } from "../../../cases/kept.ts";
import { Button } from "../../design/button.tsx";
import { sayProblem } from "../../design/toast.tsx";
import { clockTime } from "../../panels/elapsed.ts";
import type { PanelContext } from "../side-panel.ts";
import { deleteKeptMask } from "./keep-mask.ts";

/** The masks that are kept of the open studies: shown, and deleted. */
export function MaskList({ masks, context }: { readonly masks: readonly MaskView[]; readonly context: PanelContext }) {
  if (masks.length === 0) return null;
  return (
    <>
      <h3>Masks</h3>
      <ol className="v-measures">
        {masks.map((mask) => (
          <MaskRow key={mask.id} mask={mask} context={context} />
        ))}
      </ol>
    </>
  );
}

function MaskRow({ mask, context }: { readonly mask: MaskView; readonly context: PanelContext }) {
  const { label, kind, method, version, by, at, changedBy, changedAt } = mask;
  const series = context.series.find(({ seriesUid }) => seriesUid === mask.seriesUid);
  const object = context.series.find(({ seriesUid }) => seriesUid === mask.segmentationSeriesUid);
  const now = Date.now();
  const again =
    version > 1 ? `; version ${version} by ${changedBy.name}, ${clockTime(Date.parse(changedAt), now)}` : "";
  return (
    <li data-testid="kept-mask" data-version={version}>
      <div className="v-measure-head">
        <strong>{label === MASK_KINDS[kind] ? label : `${label} (${MASK_KINDS[kind].toLowerCase()})`}</strong>
        <span className="v-measure-acts">
          {object && context.setPlan ? (
            <Button look="link" onPress={() => context.setPlan?.({ seriesUid: object.seriesUid, mode: "object" })}>
              Show
            </Button>
          ) : null}
          <Button
            look="link"
            onPress={() => void deleteKeptMask(mask).catch(sayProblem)}
            aria-label={`Delete ${label}`}
          >
            Delete
          </Button>
        </span>
      </div>
      <p className="v-measure-value">
        <span>Size</span> <strong>{sizeWords(mask)}</strong>
      </p>
      <p className="sub">
        {[series?.label || series?.description, `${method.name} ${method.version}`].filter(Boolean).join(" · ")}
      </p>
      <p className="sub">
        {by.name}, {clockTime(Date.parse(at), now)}
        {again}
      </p>
    </li>
  );
}

function sizeWords({ volumeMl, inside }: MaskView): string {
  return volumeMl === null ? `${inside} px` : `${volumeMl.toFixed(volumeMl < 10 ? 2 : 1)} mL`;
}
