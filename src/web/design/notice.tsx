import type { ReactNode } from "react";

/** An empty, refused or broken place: what it is, why, and what to do. Never a spinner, never a blank. */
export function Notice({
  title,
  children,
  act,
  middle = false,
  inset = false,
  "data-testid": id,
}: {
  readonly title: string;
  readonly children?: ReactNode;
  readonly act?: ReactNode;
  readonly middle?: boolean;
  readonly inset?: boolean;
  readonly "data-testid"?: string;
}) {
  return (
    <div className={`notice ${middle ? "middle" : ""} ${inset ? "inset" : ""}`} data-testid={id}>
      <h3>{title}</h3>
      {children ? <p>{children}</p> : null}
      {act}
    </div>
  );
}
