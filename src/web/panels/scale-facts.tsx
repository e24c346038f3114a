import type { Scale } from "../../knowledge/scales.ts";

/** What whoever scores should know of the scale: how it reads, how raters agree, where it misleads, and its source. */
export function ScaleFacts({ scale }: { readonly scale: Scale }) {
  return (
    <div className="scale-facts" data-testid="scale-facts">
      {scale.interpretation.length > 0 ? (
        <ul className="paper-bullets">
          {scale.interpretation.map((words) => (
            <li key={words}>{words}</li>
          ))}
        </ul>
      ) : null}
      <RaterNotes scale={scale} />
      <dl className="paper-list">
        <dt>Source</dt>
        <dd>
          {scale.source}.{" "}
          <span className="sub">
            {scale.verified === "source-seen"
              ? "Compared with the source."
              : "From memory, not compared with the source."}
          </span>
        </dd>
      </dl>
    </div>
  );
}

/** Pitfalls and how far raters agree, each with its source; what no source in the pack says is said to be so. */
export function RaterNotes({ scale }: { readonly scale: Scale }) {
  const { pitfalls = [], interRater = [] } = scale;
  return (
    <dl className="paper-list">
      {pitfalls.length > 0 ? (
        <>
          <dt>Pitfalls</dt>
          <dd>
            {pitfalls.map(({ words, source }) => (
              <p key={words}>
                {words} <span className="sub">{source}</span>
              </p>
            ))}
          </dd>
        </>
      ) : null}
      <dt>Between raters</dt>
      <dd>
        {interRater.length === 0 ? (
          <span className="quiet-text">This pack holds no cited figure of how far raters agree.</span>
        ) : (
          interRater.map(({ words, measure, value, source, doi }) => (
            <p key={words}>
              {words}
              {measure && value !== undefined ? ` (${measure} ${value})` : ""}{" "}
              <span className="sub">
                {source}
                {doi ? `, doi:${doi}` : ""}
              </span>
            </p>
          ))
        )}
      </dd>
    </dl>
  );
}
