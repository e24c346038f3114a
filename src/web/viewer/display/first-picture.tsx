import { useEffect, useState } from "react";
import type { SeriesView } from "../../../cases/views.ts";
import type { PanePlan } from "../hanging/hang.ts";
import { openingWindow } from "../pane/presets.ts";

interface Props {
  readonly series: SeriesView;
  readonly plan: PanePlan;
}

/** Fewer images are listed before a picture could be asked for. */
const MANY = 60;
const CT = new Set(["NCCT", "CTA", "CTP"]);
const SOON_MS = 120;

/**
 * The middle image of a large series as the server renders it, while the list of its images is still on its way: something
 * to see at once, replaced by the image itself. Nothing for projections through a slab and small series.
 */
export function FirstPicture({ series, plan }: Props) {
  const { studyUid, seriesUid, instances, role } = series;
  const isMeant = instances >= MANY && (plan.mode === "slices" || (plan.mode === "axial" && CT.has(role)));
  const [address, setAddress] = useState("");
  useEffect(() => {
    setAddress("");
    if (!isMeant) return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      const root = `/dicom-web/studies/${studyUid}/series/${seriesUid}/instances`;
      const middle = Math.floor(instances / 2);
      fetch(`${root}?limit=1&offset=${middle}`, {
        ...{ headers: { Accept: "application/dicom+json" }, credentials: "same-origin", signal: abort.signal },
      })
        .then(async (answer) => (answer.ok ? ((await answer.json()) as Record<string, { Value?: string[] }>[]) : []))
        .then(([one]) => {
          const uid = one?.["00080018"]?.Value?.[0];
          if (!uid || abort.signal.aborted) return;
          const window = plan.window ?? openingWindow(role, "slice");
          const by = window ? `?window=${window.level},${window.width},linear-exact` : "";
          setAddress(`${root}/${uid}/rendered${by}`);
        })
        .catch(() => {});
    }, SOON_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [isMeant, studyUid, seriesUid, instances, role, plan.window]);
  if (!address) return null;
  return (
    <figure className="v-first">
      <img src={address} alt={series.description || series.role} />
      <figcaption>first image, {instances} are being listed</figcaption>
    </figure>
  );
}
