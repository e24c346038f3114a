import type { ReactNode } from "react";
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from "react-aria-components";

export type Look = "plain" | "act" | "quiet" | "link" | "warn";

export interface ButtonProps extends Omit<AriaButtonProps, "className" | "children"> {
  readonly look?: Look;
  readonly big?: boolean;
  readonly children: ReactNode;
  readonly "data-testid"?: string;
}

/** A button says a verb. `act` is the one next act of a screen. */
export function Button({ look = "plain", big = false, ...rest }: ButtonProps) {
  return <AriaButton {...rest} className={`button ${look === "plain" ? "" : look} ${big ? "big" : ""}`} />;
}
