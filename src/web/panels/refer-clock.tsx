import { useState } from "react";
import { useMinute } from "../api/clock.ts";
import { Button } from "../design/button.tsx";
import { Checkbox } from "../design/choice.tsx";
import { TextField } from "../design/field.tsx";
import { clockTime, elapsedWhole } from "./elapsed.ts";
import { lastTimeOfDay } from "./local-time.ts";

const HOURS = [1, 2, 3, 4.5, 6, 12];
const WHO = ["patient", "family", "witness", "paramedics"];

export interface KnownWell {
  /** ms; null: not known. */
  readonly at: number | null;
  readonly by: string;
}

/** When the patient was last well and who says so: one touch, or the time as it was said. */
export function ReferClock({
  value,
  onChange,
  onWaking,
  onWakingChange,
}: {
  /** null: not answered yet. */
  readonly value: KnownWell | null;
  readonly onChange: (value: KnownWell) => void;
  readonly onWaking: boolean;
  readonly onWakingChange: (on: boolean) => void;
}) {
  const now = useMinute();
  const [text, setText] = useState("");
  const [error, setError] = useState<string | null>(null);
  const by = value?.by ?? "";
  const choose = (at: number | null) => {
    setError(null);
    onChange({ at, by });
  };
  const read = () => {
    if (!text.trim()) return;
    const at = lastTimeOfDay(text, new Date());
    if (!at) return setError(`"${text}" is no time of day. Write it like 22:14.`);
    choose(at.getTime());
  };
  return (
    <fieldset className="refer-field refer-clock">
      <legend className="field-label">Last known well</legend>
      <div className="refer-clock-told">
        {value === null ? (
          <span className="refer-clock-time sub">not answered yet</span>
        ) : value.at === null ? (
          <span className="refer-clock-time mark unknown">◌ not known</span>
        ) : (
          <>
            <span className="refer-clock-time">{elapsedWhole(value.at, now)}</span>
            <span className="sub"> ago, {clockTime(value.at, now)}</span>
          </>
        )}
      </div>
      <div className="segments">
        {HOURS.map((hours) => (
          <Button
            key={hours}
            onPress={() => choose(Date.now() - hours * 3_600_000)}
            data-testid={`refer-lkw-${hours}h`}
          >
            {hours} h ago
          </Button>
        ))}
        <Button onPress={() => choose(null)} data-testid="refer-lkw-unknown">
          Not known
        </Button>
      </div>
      <div className="refer-pair">
        <TextField
          label="or at"
          placeholder="22:14"
          value={text}
          onChange={setText}
          onBlur={read}
          onKeyDown={(event) => event.key === "Enter" && read()}
          error={error}
          data-testid="refer-last_known_well"
        />
        <TextField
          label="Who says so"
          value={by}
          onChange={(next) => onChange({ at: value?.at ?? null, by: next })}
          data-testid="refer-last_known_well-by"
        />
      </div>
      <div className="segments">
        {WHO.map((who) => (
          <Button key={who} look="quiet" onPress={() => onChange({ at: value?.at ?? null, by: who })}>
            {who}
          </Button>
        ))}
        <Checkbox isSelected={onWaking} onChange={onWakingChange} data-testid="refer-wake_up">
          noticed on waking
        </Checkbox>
      </div>
    </fieldset>
  );
}
