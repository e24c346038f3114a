import { lazy, Suspense } from "react";
import type { AnalysisView, SeriesView } from "../../cases/views.ts";
import { Notice } from "../design/notice.tsx";

/** The viewer is by far the largest part of the app: it is fetched when the first image is to be seen. */
const ReadingRoom = lazy(() => import("../viewer/index.ts").then((room) => ({ default: room.ReadingRoom })));

export function Images(props: { readonly series: readonly SeriesView[]; readonly analyses: readonly AnalysisView[] }) {
  return (
    <Suspense fallback={<Notice middle title="Opening the viewer" />}>
      <ReadingRoom {...props} />
    </Suspense>
  );
}
