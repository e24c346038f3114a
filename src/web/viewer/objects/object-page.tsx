import { useMemo } from "react";
import type { SeriesView } from "../../../cases/views.ts";
import { contentTree } from "../../../dicom/objects/content-tree.ts";
import type { PanePlan } from "../hanging/hang.ts";
import type { Room } from "../pane/pane-content.ts";
import { DocumentView } from "./document-view.tsx";
import { DosePlot } from "./dose-plot.tsx";
import { KeyImages } from "./key-images.tsx";
import { MapView } from "./map-view.tsx";
import { PresentationView } from "./presentation-view.tsx";
import { RenderedFrames } from "./rendered-frames.tsx";
import { ReportTree } from "./report-tree.tsx";
import { SegmentsView } from "./segments-view.tsx";
import type { ObjectFile } from "./series-objects.ts";
import { SummaryView } from "./summary-view.tsx";
import { VideoView } from "./video-view.tsx";
import { WaveView } from "./wave-view.tsx";

export interface PageProps {
  readonly id: string;
  readonly object: ObjectFile;
  readonly series: SeriesView;
  readonly room: Room;
  readonly onPlan: ((plan: PanePlan) => void) | undefined;
}

/** One object as what it is; what cannot be drawn is told in words, with why and what can be done. */
export function ObjectPage(props: PageProps) {
  const { object } = props;
  const { shownAs } = object.kind;
  if (shownAs === "document") return <DocumentView object={object} />;
  if (shownAs === "segments") return <SegmentsView {...props} />;
  if (shownAs === "presentation") return <PresentationView {...props} />;
  if (shownAs === "map") return <MapView {...props} />;
  if (shownAs === "video") return <VideoView object={object} />;
  if (shownAs === "keys") return <KeyImages {...props} />;
  if (shownAs === "dose")
    return (
      <article className="o-page">
        <SummaryView object={object} middle={<DosePlot report={object.header} />} />
        <Content {...props} folded />
      </article>
    );
  if (shownAs === "report")
    return (
      <article className="o-page">
        <SummaryView object={object} />
        <Content {...props} />
      </article>
    );
  return (
    <article className="o-page">
      <SummaryView
        object={object}
        middle={
          shownAs === "waveform" ? (
            <WaveView object={object} />
          ) : shownAs === "listed" && Number(object.json["00280010"]?.Value?.[0] ?? 0) > 0 ? (
            <RenderedFrames object={object} />
          ) : null
        }
      />
    </article>
  );
}

function Content({ object, room, onPlan, folded }: PageProps & { readonly folded?: boolean }) {
  const tree = useMemo(() => contentTree(object.header), [object]);
  const shown = <ReportTree tree={tree} object={object} room={room} onPlan={onPlan} />;
  if (!folded) return shown;
  return (
    <details className="o-fold">
      <summary>The report as written, {tree.items.length - 1} items</summary>
      {shown}
    </details>
  );
}
