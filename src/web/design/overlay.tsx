import type { ReactElement, ReactNode } from "react";
import {
  Menu as AriaMenu,
  Tooltip as AriaTooltip,
  MenuItem,
  MenuTrigger,
  Popover,
  Separator,
  TooltipTrigger,
} from "react-aria-components";

export interface MenuEntry {
  readonly id: string;
  readonly label: string;
  readonly note?: string;
  readonly do: () => void;
}

/** A button and the acts it opens. `head` says what the menu is about. */
export function Menu({
  trigger,
  entries,
  label,
  head,
}: {
  readonly trigger: ReactElement;
  readonly entries: readonly MenuEntry[];
  readonly label: string;
  readonly head?: ReactNode;
}) {
  return (
    <MenuTrigger>
      {trigger}
      <Popover className="popover">
        {head ? <div className="menu-head">{head}</div> : null}
        {head ? <Separator className="menu-line" /> : null}
        <AriaMenu
          className="menu"
          aria-label={label}
          onAction={(key) => entries.find((entry) => entry.id === key)?.do()}
        >
          {entries.map((entry) => (
            <MenuItem key={entry.id} id={entry.id} className="menu-item" textValue={entry.label}>
              <span>{entry.label}</span>
              {entry.note ? <span className="sub">{entry.note}</span> : null}
            </MenuItem>
          ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}

/** A few words on hover and focus. The thing itself must be understood without them. */
export function Tip({ text, children }: { readonly text: string; readonly children: ReactElement }) {
  return (
    <TooltipTrigger delay={500} closeDelay={0}>
      {children}
      <AriaTooltip className="tooltip" offset={6}>
        {text}
      </AriaTooltip>
    </TooltipTrigger>
  );
}
