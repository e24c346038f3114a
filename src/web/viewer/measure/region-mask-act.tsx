import { useState } from "react";
import { MASK_KINDS, type MaskKind, type MaskView } from "../../../cases/kept.ts";
import { Button } from "../../design/button.tsx";
import { frameOf } from "../pane/series-images.ts";
import type { PanelContext } from "../side-panel.ts";
import { isRegion } from "./drawn-shape.ts";
import { keepMask } from "./keep-mask.ts";
import type { KeptItem } from "./kept-state.ts";
import { regionMask } from "./region-mask.ts";

/** Keeps the pixels of a drawn region as a mask; again after a change of the region, as the next version of it. */
export function RegionMaskAct({
  item,
  context,
  kept,
}: {
  readonly item: KeptItem;
  readonly context: PanelContext;
  /** The mask that was made of it, which has its id. */
  readonly kept: MaskView | undefined;
}) {
  const [kind, setKind] = useState<MaskKind>(kept?.kind ?? "region");
  const [said, setSaid] = useState("");
  if (!isRegion(item.kind) || item.shape.space !== "image") return null;
  const keep = async () => {
    const image = imageOf(item, context);
    if (!image) return setSaid("Open its image first.");
    const region = regionMask(item, image);
    if (!region) return setSaid("It encloses no pixel.");
    setSaid("Keeping");
    try {
      const { bits, space } = region;
      const { studyUid, seriesUid } = item.place;
      const label = item.label || MASK_KINDS[kind];
      const method = { name: "Pixels within a drawn outline", version: "1.0" };
      const mask = { kind, label, studyUid, seriesUid, space, bits, method, made: "MANUAL" } as const;
      const saved = await keepMask({ ...mask, id: item.id, base: kept?.version ?? 0 });
      setSaid(`Kept as a mask, version ${saved.mask.version}`);
    } catch (error) {
      setSaid(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <div className="v-measure-give">
      <select
        aria-label="What the mask is of"
        value={kind}
        onChange={({ target }) => setKind(target.value as MaskKind)}
      >
        {(Object.keys(MASK_KINDS) as MaskKind[]).map((one) => (
          <option key={one} value={one}>
            {MASK_KINDS[one]}
          </option>
        ))}
      </select>
      <Button look="link" onPress={() => void keep()}>
        {kept ? "Keep the mask anew" : "Keep as a mask"}
      </Button>
      <span role="status" className="sub">
        {said}
      </span>
    </div>
  );
}

/** The image a region was drawn on, among those of the open panes. */
function imageOf({ place }: KeptItem, { handle, handles }: PanelContext) {
  for (const one of [handle, ...handles().values()])
    for (const imageId of one?.content?.images.imageIds.flat() ?? []) {
      const image = frameOf(imageId);
      if (image?.sopUid === place.sopUid && image?.frame === (place.frame ?? 1) - 1) return image;
    }
  return undefined;
}
