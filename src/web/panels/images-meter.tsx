import { useState } from "react";
import type { UploadItem } from "../api/upload-queue.ts";
import { totals } from "../api/upload-queue.ts";
import { type Uploads, useUploads } from "../api/uploads.ts";
import { Button } from "../design/button.tsx";
import { State } from "../design/mark.tsx";
import { Progress } from "../design/progress.tsx";
import { bytes, count, counted } from "./figures.ts";

/** What has arrived, what was there already, what was not accepted and why. */
export function ImagesMeter({ uploads }: { readonly uploads: Uploads }) {
  const queue = useUploads(uploads);
  const [open, setOpen] = useState(false);
  const sum = totals(queue);
  if (sum.files === 0) return null;
  const troubled = queue.items.filter((item) => item.reason !== "");
  const label = sum.busy
    ? `${count(sum.done)} of ${counted(sum.files, "file")} sent, ${bytes(sum.bytesDone)} of ${bytes(sum.bytes)}`
    : `${counted(sum.images, "image")} kept${sum.duplicates > 0 ? `, ${count(sum.duplicates)} were there already` : ""}`;
  return (
    <div className="images-meter" data-testid="images-meter" data-busy={sum.busy} data-images={sum.images}>
      <Progress label={label} value={sum.bytes === 0 ? 1 : sum.bytesDone / sum.bytes} />
      {sum.failed > 0 ? (
        <div className="spread">
          <State is="wait">{counted(sum.failed, "file")} not sent</State>
          <Button look="link" onPress={() => uploads.retry()}>
            Send again
          </Button>
        </div>
      ) : null}
      {sum.quarantined > 0 ? (
        <State is="look">{counted(sum.quarantined, "file")} in quarantine: not readable as DICOM images</State>
      ) : null}
      {uploads.warnings().map((warning) => (
        <State key={warning} is="look">
          {warning}
        </State>
      ))}
      {troubled.length > 0 ? (
        <>
          <Button look="link" onPress={() => setOpen(!open)}>
            {open ? "Hide the list" : "Which, and why"}
          </Button>
          {open ? <TroubleList items={troubled} /> : null}
        </>
      ) : null}
    </div>
  );
}

function TroubleList({ items }: { readonly items: readonly UploadItem[] }) {
  return (
    <ul className="trouble">
      {items.slice(0, 50).map((item) => (
        <li key={item.key}>
          <span className="clip">{item.name}</span> <span className="sub">{item.reason}</span>
        </li>
      ))}
      {items.length > 50 ? <li className="sub">and {items.length - 50} more</li> : null}
    </ul>
  );
}
