import { ProgressBar } from "react-aria-components";

/** How far something is, in words and as a bar: "CTA 214 of 480". */
export function Progress({
  label,
  value,
  "data-testid": id,
}: {
  readonly label: string;
  /** 0 to 1; null when the end is not known (then there is no bar, only the words). */
  readonly value: number | null;
  readonly "data-testid"?: string;
}) {
  if (value === null) {
    return (
      <div className="progress" data-testid={id}>
        {label}
      </div>
    );
  }
  return (
    <ProgressBar className="progress" value={Math.round(value * 100)} aria-label={label} data-testid={id}>
      {({ percentage }) => (
        <>
          <span className="clip">{label}</span>
          <div className="progress-track">
            <div className="progress-fill" style={{ width: `${percentage ?? 0}%` }} />
          </div>
        </>
      )}
    </ProgressBar>
  );
}
