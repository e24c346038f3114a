import { useQuery } from "@tanstack/react-query";
import { whyNotFollowed } from "../../cases/deviation.ts";
import { deviations } from "../api/evidence.ts";
import { State } from "../design/mark.tsx";
import { exactTime } from "./elapsed.ts";

/** What was met when a decision was made, and is not followed; nothing when all of it is. */
export function NotFollowedThen({ caseId, decisionId }: { readonly caseId: string; readonly decisionId: string }) {
  const { data } = useQuery(deviations(caseId));
  const shown = data?.filter((one) => one.decisionId === decisionId && one.withdrawn === null) ?? [];
  if (shown.length === 0) return null;
  return (
    <section data-testid="not-followed-then">
      <h2>Not followed</h2>
      <ul className="stack">
        {shown.map((one) => (
          <li key={one.id}>
            <State is="look">
              {one.body} {one.year} on {one.subject}: {whyNotFollowed(one)}
              <span className="sub">
                {" "}
                {one.by.name}, {exactTime(Date.parse(one.at))}
              </span>
            </State>
          </li>
        ))}
      </ul>
    </section>
  );
}
