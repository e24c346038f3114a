import { useQuery } from "@tanstack/react-query";
import { storage } from "../api/admin.ts";
import { State } from "../design/mark.tsx";
import { Notice } from "../design/notice.tsx";
import { exactTime } from "./elapsed.ts";
import { bytes, count, counted } from "./figures.ts";

/** Space: what is kept, how it grows, how long it lasts. */
export function StoragePanel() {
  const { data, error } = useQuery(storage);
  if (!data)
    return error ? <Notice title="Space could not be measured">{error.message}</Notice> : <Notice title="Measuring" />;
  const { store, daysLeft, days } = data;
  const most = Math.max(1, ...days.map((one) => one.bytes));
  const last = data.sweeps[0];
  const found = data.sweeps.filter((one) => one.setAside > 0);
  return (
    <div className="admin-body" data-testid="storage">
      <dl className="figures">
        <Figure label="Images kept" value={bytes(data.all.bytes)} note={counted(data.all.objects, "object")} />
        <Figure label="Database" value={bytes(data.databaseBytes)} note="index, cases, history" />
        <Figure
          label="Free on disk"
          value={bytes(store.freeBytes)}
          note={store.writable ? "new objects are taken in" : "full"}
        />
        <Figure
          label="Comes in a day"
          value={bytes(Math.round(data.perDay))}
          note={days.length > 1 ? "mean of the last week" : "so far today"}
        />
        <Figure
          label="Lasts for"
          value={daysLeft === null ? "not known" : daysLeft > 3650 ? "over 10 years" : counted(daysLeft, "day")}
          note={daysLeft === null ? "nothing came yet" : "at this growth"}
        />
      </dl>
      {!store.writable ? (
        <Notice inset title="Nothing new can be kept">
          {store.text} Free space on this disk, or give the store another one; senders are told to try again.
        </Notice>
      ) : daysLeft !== null && daysLeft < 60 ? (
        <State is="wait">Space ends in {counted(daysLeft, "day")}: add a disk or move the store now.</State>
      ) : (
        <State is={store.readable ? "fine" : "wait"}>{store.text}</State>
      )}
      {store.waiting ? (
        <State is={store.waiting.objects > 0 ? "look" : "fine"}>
          {counted(store.waiting.objects, "object")} ({bytes(store.waiting.bytes)}) on this disk only, on their way to
          the object store
        </State>
      ) : null}
      <h2>What came, by day</h2>
      {days.length === 0 ? <p className="sub">Nothing has come yet.</p> : null}
      <table className="days">
        <tbody>
          {days.map((one) => (
            <tr key={one.day}>
              <th scope="row" className="nowrap">
                {one.day}
              </th>
              <td className="days-bar" aria-hidden="true">
                <span style={{ width: `${(100 * one.bytes) / most}%` }} />
              </td>
              <td className="figure nowrap">{bytes(one.bytes)}</td>
              <td className="figure nowrap sub">{count(one.objects)} objects</td>
            </tr>
          ))}
        </tbody>
      </table>
      <h2>Files that nothing refers to</h2>
      <p className="quiet-text">
        {last
          ? `Looked for last ${exactTime(Date.parse(last.at))}: ${last.setAside === 0 ? "none" : counted(last.setAside, "file")} set aside.`
          : "Not looked for yet; it is done at start and every six hours."}{" "}
        A crash may leave a file that no answer was given for. Such files are set aside, not deleted.
      </p>
      {found.length > 0 ? (
        <ul>
          {found.map((one) => (
            <li key={one.at}>
              {exactTime(Date.parse(one.at))}: {counted(one.setAside, "file")} set aside
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}

function Figure({ label, value, note }: { readonly label: string; readonly value: string; readonly note: string }) {
  return (
    <div>
      <dt className="sub">{label}</dt>
      <dd className="figures-value">{value}</dd>
      <dd className="sub">{note}</dd>
    </div>
  );
}
