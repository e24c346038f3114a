import { type DragEvent, useMemo, useRef, useState } from "react";
import type { CaseView } from "../../cases/views.ts";
import { totals } from "../api/upload-queue.ts";
import { createUploads, droppedFiles, useUploads } from "../api/uploads.ts";
import { Notice } from "../design/notice.tsx";
import { Images } from "./images.tsx";
import { ImagesMeter } from "./images-meter.tsx";
import { PickFiles } from "./pick-files.tsx";
import "./case-images.css";

/** Whether there are images: reports and decisions are series too. */
export function hasImages(series: CaseView["series"]): boolean {
  return series.some(({ kinds }) => kinds[0]?.shownAs === "image" || kinds[0]?.shownAs === "map");
}

/** The images of a case as the page; more can be dropped on them at any time. */
export function CaseImages({ shown }: { readonly shown: CaseView }) {
  const uploads = useMemo(
    () => createUploads(async () => `/api/cases/${encodeURIComponent(shown.id)}/images`),
    [shown.id],
  );
  const queue = useUploads(uploads);
  const [over, setOver] = useState(false);
  const depth = useRef(0);
  const may = shown.may.write || shown.may.answer;
  const sum = totals(queue);
  const drop = async (event: DragEvent) => {
    event.preventDefault();
    depth.current = 0;
    setOver(false);
    if (may) uploads.add(await droppedFiles(event.dataTransfer));
  };
  return (
    <section
      className={`case-drop ${over && may ? "over" : ""}`}
      aria-label="Images"
      onDragEnter={(event) => {
        event.preventDefault();
        depth.current += 1;
        setOver(true);
      }}
      onDragOver={(event) => event.preventDefault()}
      onDragLeave={() => {
        depth.current -= 1;
        if (depth.current <= 0) setOver(false);
      }}
      onDrop={(event) => void drop(event)}
    >
      {hasImages(shown.series) ? (
        <Images
          caseId={shown.id}
          kind={shown.kind}
          series={shown.series}
          analyses={shown.analyses}
          mayMove={may}
          {...arriving(shown.images)}
        />
      ) : (
        <Notice
          middle
          title={shown.images.arriving ? "Images are arriving" : "No images yet"}
          act={may ? <PickFiles onFiles={(files) => uploads.add(files)} /> : undefined}
        >
          {shown.images.expected
            ? `${shown.images.received} of ${shown.images.expected} have arrived.`
            : `${shown.from.name} has sent none so far. They appear here slice by slice as they come.`}
        </Notice>
      )}
      {sum.files > 0 ? (
        <div className="case-meter">
          <ImagesMeter uploads={uploads} />
        </div>
      ) : null}
      {over && may ? (
        <div className="drop-veil">
          <Notice middle title="Let go to add these images to the case" />
        </div>
      ) : null}
    </section>
  );
}

/** "214 of 480 images are here" while more are on their way. */
function arriving({ arriving: more, received, expected }: CaseView["images"]): { readonly arriving?: string } {
  if (!more) return {};
  return {
    arriving: expected ? `${received} of ${expected} images are here` : `${received} images are here, more come`,
  };
}
