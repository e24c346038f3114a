import type { ReactNode } from "react";
import {
  NumberField as AriaNumberField,
  TextArea as AriaTextArea,
  TextField as AriaTextField,
  type TextFieldProps as AriaTextFieldProps,
  FieldError,
  Input,
  Label,
} from "react-aria-components";

interface Told {
  readonly label: string;
  readonly hint?: ReactNode;
  /** What is wrong and what to do; shown in place of the hint. */
  readonly error?: string | null | undefined;
  readonly "data-testid"?: string;
}

function Below({ hint, error }: Pick<Told, "hint" | "error">) {
  if (error) return <FieldError className="field-error">{error}</FieldError>;
  return hint ? <span className="field-hint">{hint}</span> : null;
}

export interface TextFieldProps extends Omit<AriaTextFieldProps, "className" | "children">, Told {
  readonly placeholder?: string;
  readonly lines?: number;
}

export function TextField({ label, hint, error, placeholder, lines, "data-testid": id, ...rest }: TextFieldProps) {
  const common = { className: "input", "data-testid": id, ...(placeholder ? { placeholder } : {}) };
  return (
    <AriaTextField {...rest} className="field" isInvalid={Boolean(error)}>
      <Label className="field-label">{label}</Label>
      {lines ? <AriaTextArea {...common} rows={lines} /> : <Input {...common} />}
      <Below hint={hint} error={error} />
    </AriaTextField>
  );
}

export interface NumberFieldProps extends Told {
  /** null: nothing typed. */
  readonly value: number | null;
  readonly onChange: (value: number | null) => void;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly step?: number;
  readonly unit?: string;
  readonly onBlur?: () => void;
  readonly isDisabled?: boolean;
}

/** A number with its unit inside the field; an empty field is "nothing typed", never zero. */
export function NumberField(props: NumberFieldProps) {
  const { label, hint, error, value, onChange, min, max, step, unit, "data-testid": id } = props;
  return (
    <AriaNumberField
      className="field"
      value={value ?? Number.NaN}
      onChange={(next) => onChange(Number.isNaN(next) ? null : next)}
      {...(min === undefined ? {} : { minValue: min })}
      {...(max === undefined ? {} : { maxValue: max })}
      {...(step === undefined ? {} : { step })}
      {...(props.onBlur ? { onBlur: props.onBlur } : {})}
      isDisabled={props.isDisabled ?? false}
      isInvalid={Boolean(error)}
      formatOptions={{ maximumFractionDigits: 3, useGrouping: false }}
    >
      <Label className="field-label">{label}</Label>
      <span className={unit ? "with-unit" : ""}>
        <Input className="input" data-testid={id} inputMode="decimal" />
        {unit ? <span className="unit-inside">{unit}</span> : null}
      </span>
      <Below hint={hint} error={error} />
    </AriaNumberField>
  );
}
