import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { stewardDesk } from "../api/steward.ts";
import { State } from "../design/mark.tsx";

/** Drafts that wait for a second pair of eyes, for those who may review; nothing at all when there are none. */
export function StewardWaiting() {
  const { data } = useQuery(stewardDesk);
  const waiting = (data?.drafts ?? []).filter(({ state, approvals }) => state === "in review" && approvals < 2);
  if (waiting.length === 0) return null;
  return (
    <section data-testid="steward-waiting" aria-labelledby="steward-waiting">
      <div className="library-group">
        <h2 id="steward-waiting">Waits for review</h2>
      </div>
      <ul className="library-hits">
        {waiting.map((draft) => (
          <li key={draft.id}>
            <Link to="/steward/$draftId" params={{ draftId: draft.id }}>
              {draft.title}
            </Link>{" "}
            <State is="look">{`by ${draft.author}, ${draft.approvals} of 2 approved`}</State>
          </li>
        ))}
      </ul>
    </section>
  );
}
