import { KEY_REASONS, type KeyImageView } from "../../../cases/kept.ts";
import { Button } from "../../design/button.tsx";
import { clockTime } from "../../panels/elapsed.ts";
import type { PanelContext } from "../side-panel.ts";
import { jumpTo } from "./jump-to.ts";
import { unmarkKeyImage } from "./key-images.ts";

/** The key images with their pictures: gone to, taken back, and together as a document. */
export function KeyImageList({
  keys,
  context,
}: {
  readonly keys: readonly KeyImageView[];
  readonly context: PanelContext;
}) {
  if (keys.length === 0) return <p className="sub">No key image is marked.</p>;
  return (
    <>
      <ol className="v-key-images">
        {keys.map((key) => (
          <li key={key.id} data-testid="key-image">
            <button
              type="button"
              title="Go to it"
              onClick={() => jumpTo(context, { place: key.place, shape: { space: "image", points: [] } })}
            >
              <img src={pictureUrl(key)} alt={key.caption || KEY_REASONS[key.reason]} loading="lazy" />
            </button>
            <div>
              <strong>{key.caption || KEY_REASONS[key.reason]}</strong>
              <p className="sub">
                {[
                  key.caption ? KEY_REASONS[key.reason] : "",
                  key.laterality,
                  `${key.by.name}, ${clockTime(Date.parse(key.at), Date.now())}`,
                ]
                  .filter(Boolean)
                  .join(" · ")}
              </p>
              <Button look="link" onPress={() => void unmarkKeyImage(key.place, key.id)}>
                Take back
              </Button>
            </div>
          </li>
        ))}
      </ol>
      {context.caseId ? (
        <a className="button" href={`/api/cases/${context.caseId}/key-images.pdf`} target="_blank" rel="noreferrer">
          Open them as a document
        </a>
      ) : null}
    </>
  );
}

function pictureUrl({ place, captureSeriesUid, captureSopUid }: KeyImageView): string {
  return `/dicom-web/studies/${place.studyUid}/series/${captureSeriesUid}/instances/${captureSopUid}/rendered?viewport=240,180`;
}
