import { Link } from "@tanstack/react-router";
import type { SilentItem } from "../../knowledge/evaluate.ts";
import { State } from "../design/mark.tsx";

/** What this house decided not to use, folded: what the body says, why, who answers for it, until when. Nothing when there is none. */
export function NotUsedHere({ silent }: { readonly silent: readonly SilentItem[] }) {
  const items = silent.flatMap(({ id, local }) => (local ? [{ id, ...local }] : []));
  if (items.length === 0) return null;
  return (
    <details className="option-local" data-testid="not-used-here">
      <summary>
        <State is="look">
          {items.length} {items.length === 1 ? "recommendation is" : "recommendations are"} not used in this house
        </State>
      </summary>
      {items.map(({ id, subject, body, action, reason, owner, sunset }) => (
        <p key={id} className="sub">
          <Link to="/know/$kind/$itemId" params={{ kind: "recommendation", itemId: id }}>
            {subject}, {body}
          </Link>
          : {action} Not used until {sunset}: {reason} ({owner})
        </p>
      ))}
    </details>
  );
}
