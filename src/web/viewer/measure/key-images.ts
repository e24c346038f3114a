import type { KeptPlace, KeyImageView, KeyReason } from "../../../cases/kept.ts";
import { ask } from "../../api/client.ts";
import { say, sayProblem } from "../../design/toast.tsx";
import { text } from "../pane/dicom-json.ts";
import type { PaneHandle } from "../pane/pane.tsx";
import { captureWords, deflated, frameShown, pictureOf, sideOf } from "./capture.ts";
import { keptOf } from "./kept-store.ts";

/**
 * Marks the frame that a pane shows as a key image, with the picture as it stands. It is kept when the server has
 * answered; when that fails the same picture can be sent again.
 */
export async function markKeyImage(
  handle: PaneHandle | undefined,
  reason: KeyReason,
  caption: string,
): Promise<boolean> {
  const frame = handle && frameShown(handle);
  const picture = handle && (await pictureOf(handle));
  if (!handle || !frame || !picture) {
    say("There is no image in this pane to mark. Open a series first.");
    return false;
  }
  const studyUid = text(frame.instance, "0020000D") ?? "";
  const store = keptOf(studyUid);
  const words = captureWords(handle, frame, store.snapshot().items);
  const query = new URLSearchParams({
    series: text(frame.instance, "0020000E") ?? "",
    object: frame.sopUid,
    frame: String(frame.frame + 1),
    ...{ reason, caption, words: words.join("\n"), laterality: sideOf(handle, frame) },
    ...{ columns: String(picture.columns), rows: String(picture.rows) },
  });
  const path = `/api/studies/${encodeURIComponent(studyUid)}/keys/${crypto.randomUUID()}?${query}`;
  const body = await deflated(picture.rgb);
  const send = async (): Promise<boolean> => {
    try {
      const headers = { "Content-Type": "application/octet-stream" };
      await ask<KeyImageView>(path, { method: "PUT", body, headers });
      store.refresh();
      say("Key image kept");
      return true;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      say(`The key image is not kept: ${why}`, { label: "Send again", do: () => void send() });
      return false;
    }
  };
  return send();
}

/** Takes a key image back. */
export async function unmarkKeyImage(place: KeptPlace, id: string): Promise<void> {
  try {
    await ask(`/api/studies/${encodeURIComponent(place.studyUid)}/keys/${id}`, { method: "DELETE" });
    keptOf(place.studyUid).refresh();
  } catch (error) {
    sayProblem(error);
  }
}
