import type { ExportView } from "../../cases/archive-views.ts";
import { cancelExport, download } from "../api/deidentify.ts";
import { Button } from "../design/button.tsx";
import { type Meaning, State } from "../design/mark.tsx";
import { Notice } from "../design/notice.tsx";
import { Progress } from "../design/progress.tsx";
import { sayProblem } from "../design/toast.tsx";
import { keptWords } from "./deidentify-options.ts";
import { exactTime } from "./elapsed.ts";
import { counted } from "./figures.ts";

const STATES: Readonly<Record<ExportView["state"], readonly [Meaning, string]>> = {
  ready: ["none", "not downloaded yet"],
  running: ["look", "being made"],
  done: ["fine", "downloaded"],
  failed: ["wait", "failed"],
  cancelled: ["none", "cancelled"],
};

/** The last exports, with how far they are and what of them needs a look. */
export function DeidentifyExports({ exports }: { readonly exports: readonly ExportView[] }) {
  if (exports.length === 0)
    return <Notice title="No exports yet">Choose studies under "New export", look at the preview, and export.</Notice>;
  return (
    <div className="admin-body" data-testid="deidentify-exports">
      {exports.map((one) => (
        <ExportRow key={one.id} one={one} />
      ))}
    </div>
  );
}

function ExportRow({ one }: { readonly one: ExportView }) {
  const [meaning, words] = STATES[one.state];
  const finished = one.done + one.withheld + one.failed;
  return (
    <article className="deidentify-export" data-testid="deidentify-export" data-state={one.state}>
      <div className="deidentify-study-words">
        <b>{one.project}</b>
        <span className="sub">
          {exactTime(Date.parse(one.createdAt))} · {one.by} · {counted(one.studies, "study", "studies")} ·{" "}
          {keptWords(one.options)}
        </span>
      </div>
      <div>
        {one.state === "running" ? (
          <Progress
            label={`${finished} of ${one.total} objects`}
            value={one.total === 0 ? null : finished / one.total}
          />
        ) : (
          <State is={meaning}>{one.error || words}</State>
        )}
        {one.state === "done" ? (
          <div className="sub">
            {counted(one.done, "object")} given
            {one.flagged > 0 ? `, ${one.flagged} to look at (manifest.csv)` : ""}
            {one.withheld > 0 ? `, ${one.withheld} withheld` : ""}
            {one.failed > 0 ? `, ${one.failed} failed` : ""}
          </div>
        ) : null}
      </div>
      {one.state === "running" || one.state === "ready" ? (
        <span className="line-up">
          {one.state === "ready" ? <Button onPress={() => download(one.id)}>Download</Button> : null}
          <Button look="quiet" onPress={() => void cancelExport(one.id).catch(sayProblem)}>
            Cancel
          </Button>
        </span>
      ) : one.state === "cancelled" ? (
        <span />
      ) : (
        <Button onPress={() => download(one.id)}>Download again</Button>
      )}
    </article>
  );
}
