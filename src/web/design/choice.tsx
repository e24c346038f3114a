import type { ReactNode } from "react";
import {
  Checkbox as AriaCheckbox,
  Select as AriaSelect,
  Button,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Radio,
  RadioGroup,
  SelectValue,
} from "react-aria-components";

export interface Choice {
  readonly id: string;
  readonly label: string;
  /** Drawn in violet: this choice says "not known". */
  readonly unknown?: boolean;
}

interface ChoiceProps {
  readonly label: string;
  readonly choices: readonly Choice[];
  readonly value: string | null;
  readonly onChange: (id: string) => void;
  readonly hint?: ReactNode;
  readonly isDisabled?: boolean;
  readonly "data-testid"?: string;
}

/** A few choices side by side: one tap, no list to open. */
export function Segments({
  label,
  choices,
  value,
  onChange,
  hint,
  isDisabled = false,
  "data-testid": id,
}: ChoiceProps) {
  return (
    <RadioGroup
      className="field"
      value={value}
      onChange={onChange}
      orientation="horizontal"
      isDisabled={isDisabled}
      data-testid={id}
    >
      <Label className="field-label">{label}</Label>
      <div className="segments">
        {choices.map((choice) => (
          <Radio
            key={choice.id}
            value={choice.id}
            className={`segment ${choice.unknown ? "not-known" : ""}`}
            data-testid={id ? `${id}-${choice.id}` : undefined}
          >
            {choice.label}
          </Radio>
        ))}
      </div>
      {hint ? <span className="field-hint">{hint}</span> : null}
    </RadioGroup>
  );
}

/** One of many. */
export function Select({ label, choices, value, onChange, hint, isDisabled = false, "data-testid": id }: ChoiceProps) {
  return (
    <AriaSelect
      className="field"
      value={value}
      onChange={(key) => key !== null && onChange(String(key))}
      isDisabled={isDisabled}
      placeholder="Choose"
    >
      <Label className="field-label">{label}</Label>
      <Button className="button select-button" data-testid={id}>
        <SelectValue />
        <span aria-hidden="true">▾</span>
      </Button>
      {hint ? <span className="field-hint">{hint}</span> : null}
      <Popover className="popover">
        <ListBox className="list-box" items={choices}>
          {(choice: Choice) => (
            <ListBoxItem id={choice.id} className="menu-item" textValue={choice.label}>
              {choice.label}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}

export function Checkbox(props: {
  readonly isSelected: boolean;
  readonly onChange: (on: boolean) => void;
  readonly children: ReactNode;
  readonly "data-testid"?: string;
}) {
  return (
    <AriaCheckbox
      className="check"
      isSelected={props.isSelected}
      onChange={props.onChange}
      data-testid={props["data-testid"]}
    >
      <span className="box" aria-hidden="true">
        ✓
      </span>
      <span>{props.children}</span>
    </AriaCheckbox>
  );
}
