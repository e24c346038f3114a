import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ArrivalView } from "../../cases/archive-views.ts";
import { arrivals, claims, storage, versions } from "../api/admin.ts";
import { useMinute } from "../api/clock.ts";
import { quarantine } from "../api/queries.ts";
import { Button } from "../design/button.tsx";
import { type Meaning, State } from "../design/mark.tsx";
import { Notice } from "../design/notice.tsx";
import { clockTime } from "./elapsed.ts";
import { bytes, count, counted, personName } from "./figures.ts";

/** What arrives, and whether anything waits for a person. */
export function ArrivalsPanel({
  onGo,
  mayChange,
}: {
  readonly onGo: (tab: string) => void;
  readonly mayChange: boolean;
}) {
  const { data, error } = useQuery(arrivals);
  const { data: files } = useQuery({ ...quarantine, refetchInterval: 10_000 });
  const { data: open } = useQuery({ ...claims, refetchInterval: 10_000 });
  const { data: others } = useQuery(versions);
  const { data: space } = useQuery({ ...storage, enabled: mayChange });
  const waiting = (files ?? []).filter((each) => each.state === "waiting").length;
  const toCheck = new Set((open?.claims ?? []).map((each) => each.studyUid)).size;
  const tasks: readonly { tab: string; is: Meaning; text: string; act: string }[] = [
    ...(waiting > 0
      ? [
          {
            tab: "quarantine",
            is: "wait" as const,
            text: `${counted(waiting, "file")} could not be taken in`,
            act: "Look at them",
          },
        ]
      : []),
    ...(toCheck > 0
      ? [
          {
            tab: "patients",
            is: "wait" as const,
            text: `${counted(toCheck, "study names", "studies name")} two patients`,
            act: "Check the patient",
          },
        ]
      : []),
    ...((others?.versions.length ?? 0) > 0
      ? [
          {
            tab: "versions",
            is: "look" as const,
            text: `${counted(others!.versions.length, "object")} came again with other bytes`,
            act: "Compare",
          },
        ]
      : []),
    ...(space && (!space.store.writable || (space.daysLeft !== null && space.daysLeft < 60))
      ? [
          {
            tab: "space",
            is: "wait" as const,
            text: space.store.writable
              ? `Space ends in ${counted(space.daysLeft ?? 0, "day")}`
              : "Nothing new can be kept",
            act: "Look",
          },
        ]
      : []),
  ];
  return (
    <div className="admin-body" data-testid="arrivals">
      {tasks.length === 0 && files && open && (data?.arrivals.length ?? 0) > 0 ? (
        <State is="fine">Nothing waits for you: everything that came was taken in.</State>
      ) : null}
      {tasks.length > 0 ? (
        <ul className="tasks">
          {tasks.map((task) => (
            <li key={task.tab} className="card spread">
              <State is={task.is}>{task.text}</State>
              <Button onPress={() => onGo(task.tab)} data-testid={`task-${task.tab}`}>
                {task.act}
              </Button>
            </li>
          ))}
        </ul>
      ) : null}
      <h2>Came last</h2>
      {error ? <Notice title="The list could not be fetched">{error.message}</Notice> : null}
      {data && data.arrivals.length === 0 ? (
        <Notice title="No images have come yet">
          Send a study to this server (see Peers for how it is called), or drop files on the Read page.
        </Notice>
      ) : null}
      {(data?.arrivals ?? []).map((each) => (
        <Row
          key={each.id}
          arrival={each}
          toCheck={open?.claims.some((one) => one.studyUid === each.studyUid) ?? false}
        />
      ))}
    </div>
  );
}

const VIA: Readonly<Record<string, string>> = {
  ...{ stow: "DICOMweb", dimse: "DICOM", upload: "upload", import: "import" },
  ...{ analysis: "computed here", demo: "demonstration" },
};

/** One sitting of one sender: when, who, what, and what became of it. */
function Row({ arrival, toCheck }: { readonly arrival: ArrivalView; readonly toCheck: boolean }) {
  const now = useMinute();
  const { who, person, via, stored, duplicates, versions: others, quarantined, ignored } = arrival;
  const name = personName(arrival.patientName ?? "") || arrival.patientId || "no name";
  const became = [
    stored > 0 ? `${count(stored)} taken in` : "",
    duplicates > 0 ? `${count(duplicates)} here before` : "",
    others > 0 ? `${count(others)} with other bytes` : "",
    quarantined > 0 ? `${count(quarantined)} in quarantine` : "",
    ignored > 0 ? `${count(ignored)} left out` : "",
  ].filter(Boolean);
  const is: Meaning = toCheck || quarantined > 0 ? "wait" : others > 0 ? "look" : "fine";
  return (
    <div className="arrival" data-testid="arrival">
      <span className="arrival-time nowrap">{clockTime(Date.parse(arrival.lastAt), now)}</span>
      <span className="clip">
        <span className="strong">{person ?? (who || "unknown sender")}</span>{" "}
        <span className="sub">{VIA[via] ?? via}</span>
      </span>
      <span className="clip">
        {arrival.studyUid ? (
          <>
            <Link to="/read/$studyUid" params={{ studyUid: arrival.studyUid }}>
              {name}
            </Link>{" "}
            <span className="quiet-text">{arrival.description}</span>
          </>
        ) : (
          <span className="sub">in no study</span>
        )}
      </span>
      <span className="sub nowrap">{bytes(arrival.bytes)}</span>
      <span>
        <State is={is}>
          {became.join(", ")}
          {toCheck ? "; check the patient" : ""}
        </State>
      </span>
    </div>
  );
}
