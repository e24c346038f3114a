interface Props {
  readonly name: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** The value as it is read. */
  readonly words: string;
  readonly onValue: (value: number) => void;
}

/** One number to be set by hand: its name, a slider, and the value in words. */
export function SliderRow({ name, value, min, max, step, words, onValue }: Props) {
  return (
    <label className="v-row">
      {name}
      <input
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        aria-valuetext={words}
        onChange={(event) => onValue(Number(event.target.value))}
        onKeyDown={(event) => event.stopPropagation()}
      />
      <output>{words}</output>
    </label>
  );
}
