import { lazy, Suspense, useCallback, useState } from "react";
import { runsOf } from "../../cases/analysis-view.ts";
import type { AnalysisView, CaseKind, SeriesView } from "../../cases/views.ts";
import { startPerfusion } from "../api/acts.ts";
import { queryClient } from "../api/query-client.ts";
import { Button } from "../design/button.tsx";
import { Dialog } from "../design/dialog.tsx";
import { Notice } from "../design/notice.tsx";
import { useIsHandheld } from "../design/phone.ts";
import { say, sayProblem } from "../design/toast.tsx";

/** The viewer is by far the largest part of the app: it is fetched when the first image is to be seen. */
const room = () => import("../viewer/index.ts");
const ReadingRoom = lazy(() => room().then((all) => ({ default: all.ReadingRoom })));
const AngioRoom = lazy(() => room().then((all) => ({ default: all.AngioRoom })));

type Place = readonly [number, number, number];

/** Images that hang themselves. Moving an input function asks first, then measures again from the new place. */
export function Images({
  series,
  analyses,
  mayMove,
  ...of
}: {
  readonly caseId?: string;
  /** What is asked: chooses how it is read. */
  readonly kind?: CaseKind;
  /** What is still on its way, in words. */
  readonly arriving?: string;
  readonly series: readonly SeriesView[];
  readonly analyses: readonly AnalysisView[];
  readonly mayMove: boolean;
}) {
  const isPhone = useIsHandheld();
  const [moved, setMoved] = useState<{ readonly input: "aif" | "vof"; readonly place: Place } | null>(null);
  const onMoveAif = useCallback((input: "aif" | "vof", place: Place) => setMoved({ input, place }), []);
  const last = runsOf(analyses, "perfusion").find((run) => run.result !== null);
  const again = async () => {
    if (!moved || !last) return;
    const kept = moved.input === "aif" ? last.result?.vof : last.result?.aif;
    const other = kept?.chosenBy === "person" ? { [moved.input === "aif" ? "vof" : "aif"]: kept.positionMm } : {};
    try {
      await startPerfusion(last.studyUid, last.seriesUid, { [moved.input]: moved.place, ...other });
      say("Measuring again from the new place. The earlier numbers stay until then.");
      void queryClient.invalidateQueries({ queryKey: ["case"] });
      void queryClient.invalidateQueries({ queryKey: ["studies"] });
    } catch (error) {
      sayProblem(error);
    }
    setMoved(null);
  };
  return (
    <>
      <Suspense fallback={<Notice middle title="Opening the viewer" />}>
        <ReadingRoom
          series={series}
          analyses={analyses}
          layout={isPhone ? "phone" : "desktop"}
          {...of}
          {...(mayMove && last ? { onMoveAif } : {})}
        />
      </Suspense>
      <Dialog
        title={`Take the ${moved?.input === "vof" ? "venous output" : "arterial input"} here?`}
        isOpen={moved !== null}
        onClose={() => setMoved(null)}
        foot={
          <>
            <Button onPress={() => setMoved(null)}>Leave it</Button>
            <Button look="act" onPress={() => void again()}>
              Measure again
            </Button>
          </>
        }
      >
        <p>All maps and numbers are computed anew from this place. The run before stays readable under Numbers.</p>
      </Dialog>
    </>
  );
}

/** One angiographic run at a time, subtracted live. */
export function AngioImages(props: { readonly series: readonly SeriesView[]; readonly caseId?: string }) {
  return (
    <Suspense fallback={<Notice middle title="Opening the viewer" />}>
      <AngioRoom {...props} />
    </Suspense>
  );
}
