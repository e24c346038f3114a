import { useEffect, useState } from "react";
import type { SeriesView } from "../../../cases/views.ts";
import { frameRate, frameTimes } from "../cine/cine-time.ts";
import { kindName } from "../hanging/hang.ts";
import { clock, number, TAG, text } from "../pane/dicom-json.ts";
import { type SeriesImages, seriesImages } from "../pane/series-images.ts";

interface Props {
  readonly runs: readonly SeriesView[];
  /** Series of the examination that are no runs: dose report, documents. */
  readonly objects: readonly SeriesView[];
  readonly current: string | undefined;
  /** Subtracted pictures made here, by series. */
  readonly pictures: Readonly<Record<string, string>>;
  /** The first image is on the screen: pictures and times of the runs may come. */
  readonly begun: boolean;
  readonly onOpen: (seriesUid: string) => void;
}

/** The runs in the order they were taken, each with a picture, its time and frame rate. */
export function RunStrip({ runs, objects, current, pictures, begun, onOpen }: Props) {
  return (
    <nav className="v-runs" aria-label="Runs">
      {runs.map((run) => (
        <RunButton
          key={run.seriesUid}
          run={run}
          current={run.seriesUid === current}
          picture={pictures[run.seriesUid]}
          begun={begun}
          onOpen={onOpen}
        />
      ))}
      {objects.map((one) => (
        <button
          key={one.seriesUid}
          type="button"
          className="v-run"
          data-kind={one.kinds[0]?.code}
          aria-pressed={one.seriesUid === current}
          title={one.description}
          onClick={() => onOpen(one.seriesUid)}
        >
          <span>{kindName(one)}</span>
          <small>{one.description || `${one.instances} ${one.instances === 1 ? "object" : "objects"}`}</small>
        </button>
      ))}
    </nav>
  );
}

interface RunProps extends Pick<Props, "begun" | "onOpen"> {
  readonly run: SeriesView;
  readonly current: boolean;
  readonly picture: string | undefined;
}

function RunButton({ run, current, picture, begun, onOpen }: RunProps) {
  const [images, setImages] = useState<SeriesImages>();
  useEffect(() => {
    if (!begun) return;
    const abort = new AbortController();
    seriesImages(run).then(
      (found) => !abort.signal.aborted && setImages(found),
      () => {},
    );
    return () => abort.abort();
  }, [run, begun]);
  const instance = images?.instances[0];
  const frames = number(instance, TAG.NumberOfFrames) ?? run.frames;
  const stated = instance && frames > 1 ? frameTimes(instance, frames) : undefined;
  const rate = stated && stated.source !== "not stated" ? frameRate(stated.times) : 0;
  const time = clock(
    text(instance, TAG.AcquisitionDateTime)?.slice(8) ??
      text(instance, TAG.AcquisitionTime) ??
      text(instance, TAG.SeriesTime),
  );
  const shown = picture ?? (begun ? `/dicom-web/studies/${run.studyUid}/series/${run.seriesUid}/thumbnail` : undefined);
  return (
    <button type="button" className="v-run" aria-pressed={current} onClick={() => onOpen(run.seriesUid)}>
      <img src={shown} alt="" loading="lazy" data-raw={picture === undefined} />
      <span>{run.description || run.role}</span>
      <small>
        {[time, rate > 0 ? `${Number(rate.toFixed(1))} f/s` : `${frames} images`].filter(Boolean).join(" · ")}
      </small>
    </button>
  );
}
