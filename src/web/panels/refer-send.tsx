import type { OrganisationView } from "../../cases/views.ts";
import { NOT_A_DEVICE } from "../../core/index.ts";
import { Button } from "../design/button.tsx";
import { State } from "../design/mark.tsx";

/** What is still not told, and the act: asking the hub. Nothing that is missing stops it but the patient. */
export function ReferSend({
  missing,
  named,
  busy,
  target,
  mayChoose,
  onSend,
}: {
  readonly missing: readonly string[];
  readonly named: boolean;
  readonly busy: boolean;
  readonly target: OrganisationView | undefined;
  readonly mayChoose: boolean;
  readonly onSend: () => void;
}) {
  return (
    <div className="refer-send">
      {missing.length > 0 ? (
        <p className="sub">
          <span className="mark unknown">◌</span> Not told: {missing.join(", ")}. The hub sees it as not known.
        </p>
      ) : (
        <State is="fine">All of it is told.</State>
      )}
      <Button look="act" big isDisabled={!named || busy || !target} onPress={onSend} data-testid="refer-send">
        {busy ? "Asking" : `Ask ${target?.name ?? "the hub"}`}
      </Button>
      {named ? null : <p className="sub">A name or a number is needed before the hub can be asked.</p>}
      {mayChoose ? null : <p className="sub">No other hospital is set up as a hub here.</p>}
      <p className="sub">{NOT_A_DEVICE}</p>
    </div>
  );
}

/** How a fact is called in the list of what is not told. */
export function labelShort(name: string): string {
  const short: Record<string, string> = {
    nihss: "NIHSS",
    prestroke_mrs: "pre-stroke mRS",
    ivt_given: "thrombolysis",
    sbp_mmHg: "blood pressure",
    dbp_mmHg: "diastolic",
    weight_kg: "weight",
  };
  return short[name] ?? name.replaceAll("_", " ");
}
