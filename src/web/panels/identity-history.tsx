import type { ChangeView } from "../../cases/archive-views.ts";
import { undo } from "../api/admin.ts";
import { Button } from "../design/button.tsx";
import { say, sayProblem } from "../design/toast.tsx";
import { exactTime } from "./elapsed.ts";

/** What people changed, newest first, each with the way back. */
export function IdentityHistory({
  changes,
  mayUndo,
}: {
  readonly changes: readonly ChangeView[];
  readonly mayUndo: boolean;
}) {
  return (
    <ol className="history" data-testid="history">
      {changes.map((change) => (
        <li key={change.id} className={change.undoneAt ? "undone" : ""}>
          <div>
            <div className="strong">{change.summary}</div>
            <div className="quiet-text">{change.reason}</div>
            {change.confirmed ? <div className="quiet-text">Identifiers disagreed: {change.confirmed}</div> : null}
            <div className="sub">
              {change.by}, {exactTime(Date.parse(change.at))}
              {change.undoneAt ? ` · taken back by ${change.undoneBy}, ${exactTime(Date.parse(change.undoneAt))}` : ""}
            </div>
          </div>
          {mayUndo && !change.undoneAt && change.kind !== "use-version" ? (
            <Button
              onPress={() => void undo(change.id).then(() => say(`Taken back: ${change.summary}.`), sayProblem)}
              data-testid="undo"
            >
              Undo
            </Button>
          ) : null}
        </li>
      ))}
    </ol>
  );
}
