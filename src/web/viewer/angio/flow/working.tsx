import type { FlowWork } from "./use-flow.ts";

/** How far a computation is, with a way to stop it; or what went wrong, with a way to try again. */
export function Working({ work, doing }: { readonly work: FlowWork<unknown>; readonly doing: string }) {
  if (work.fraction !== undefined)
    return (
      <div className="v-flow-line" role="status">
        <progress max={1} value={work.fraction} aria-label={`Computing ${doing}`} />
        <span>
          {doing} {Math.round(100 * work.fraction)} %
        </span>
        <button type="button" onClick={work.stop}>
          Stop
        </button>
      </div>
    );
  if (!work.error) return null;
  return (
    <div className="v-flow-line" role="alert">
      <span>{work.error}</span>
      <button type="button" onClick={work.again}>
        Try again
      </button>
    </div>
  );
}
