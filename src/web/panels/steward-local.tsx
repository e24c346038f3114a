import type { Recommendation } from "../../knowledge/index.ts";
import { adapted, unadapted } from "../../knowledge/local-layer.ts";
import { sentence } from "../../knowledge/sentence.ts";
import { Button } from "../design/button.tsx";
import { TextField } from "../design/field.tsx";
import { State } from "../design/mark.tsx";

interface Adapting {
  readonly item: Recommendation;
  readonly locked: boolean;
  readonly onItem: (item: Recommendation) => void;
}

const HALF_A_YEAR_MS = 183 * 86_400_000;

/** That this house uses a recommendation otherwise than its body says it: why, who answers for it, until when. */
export function StewardLocal({ item, locked, onItem }: Adapting) {
  const { local } = item;
  if (!local)
    return locked ? null : (
      <div className="steward-row">
        <Button
          onPress={() => onItem(adapted(item, { reason: "", owner: "", sunset: inHalfAYear(item), notUsed: false }))}
          data-testid="adapt-here"
        >
          Adapt it for this house
        </Button>
        <span className="sub">What the body says is kept beside it and holds again after a day that you set.</span>
      </div>
    );
  const put = (change: Partial<typeof local>) => onItem(adapted(item, { ...local, ...change }));
  return (
    <section className="card steward-form" aria-label="Adapted for this house" data-testid="steward-local">
      <State is="look">{local.notUsed ? "not used in this house" : "adapted for this house"}</State>
      <p className="sub">
        The body says: {local.original.action} When: {sentence(local.original.criteria)}
      </p>
      <div className="steward-words">
        <TextField label="Why" value={local.reason} isReadOnly={locked} onChange={(reason) => put({ reason })} />
        <TextField
          label="Who answers for it"
          value={local.owner}
          isReadOnly={locked}
          onChange={(owner) => put({ owner })}
        />
        <TextField
          label="Until"
          value={local.sunset}
          isReadOnly={locked}
          onChange={(sunset) => put({ sunset })}
          hint="The last day; then what the body says holds again"
        />
        <label className="field">
          <span className="field-label">How</span>
          <select
            className="input"
            value={local.notUsed ? "not" : "used"}
            disabled={locked}
            onChange={(event) => put({ notUsed: event.target.value === "not" })}
          >
            <option value="used">used as it is written above</option>
            <option value="not">not used here at all</option>
          </select>
        </label>
      </div>
      {locked ? null : (
        <div className="steward-row">
          <Button onPress={() => onItem(unadapted(item))}>Go back to what the body says</Button>
        </div>
      )}
    </section>
  );
}

function inHalfAYear({ expires }: Recommendation): string {
  const day = new Date(Date.now() + HALF_A_YEAR_MS).toISOString().slice(0, 10);
  return expires !== "" && expires < day ? expires : day;
}
