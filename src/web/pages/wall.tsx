import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { oneCase, studyAnalyses, studySeries } from "../api/queries.ts";
import { Notice } from "../design/notice.tsx";
import { Failed } from "./failed.tsx";

const WallRoom = lazy(() => import("../viewer/index.ts").then((all) => ({ default: all.WallRoom })));

/** A second screen beside the reading room: what the reader's active pane shows, large. */
export function WallPage() {
  const asked = useSearch({ from: "/inside/wall" });
  return asked.case ? <CaseWall caseId={asked.case} /> : <StudyWall studyUid={asked.study ?? ""} />;
}

function CaseWall({ caseId }: { readonly caseId: string }) {
  const { data, error, isPending } = useQuery(oneCase(caseId));
  if (!data) return isPending ? <Notice middle title="Opening the case" /> : <Failed error={error} />;
  return <Wall of={caseId} series={data.series} analyses={data.analyses} />;
}

function StudyWall({ studyUid }: { readonly studyUid: string }) {
  const { data, error, isPending } = useQuery(studySeries(studyUid));
  const { data: analyses = [] } = useQuery(studyAnalyses(studyUid));
  if (!data) return isPending ? <Notice middle title="Opening the study" /> : <Failed error={error} />;
  return <Wall of={studyUid} series={data} analyses={analyses} />;
}

function Wall(props: Parameters<typeof WallRoom>[0]) {
  return (
    <Suspense fallback={<Notice middle title="Opening the viewer" />}>
      <WallRoom {...props} />
    </Suspense>
  );
}
