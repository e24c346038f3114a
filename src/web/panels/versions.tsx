import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { deed, type Version, version as versionQuery, versions } from "../api/admin.ts";
import { Button } from "../design/button.tsx";
import { Notice } from "../design/notice.tsx";
import { DeedDialog } from "./deed-dialog.tsx";
import { exactTime } from "./elapsed.ts";
import { bytes, counted, personName } from "./figures.ts";

/** Objects that came twice with other bytes: both are kept, the first is in use until a person says otherwise. */
export function VersionsPanel({ mayChange }: { readonly mayChange: boolean }) {
  const { data, error } = useQuery(versions);
  const [open, setOpen] = useState<Version | null>(null);
  if (!data)
    return error ? <Notice title="The list could not be fetched">{error.message}</Notice> : <Notice title="Asking" />;
  return (
    <div className="admin-body">
      {data.versions.length === 0 ? (
        <Notice title="No object came twice with other bytes">
          When one does, both are kept: the first stays in use, the other waits here to be compared.
        </Notice>
      ) : (
        <p className="quiet-text">
          {counted(data.versions.length, "object")} came again with other bytes. The first is in use, nothing was thrown
          away.
        </p>
      )}
      {data.versions.map((each) => (
        <div key={each.id} className="quarantine-row" data-testid="version-row">
          <div>
            <div className="strong clip">{personName(each.patientName) || each.patientNumber || "no name"}</div>
            <div className="sub">
              {each.modality} · {each.seriesDescription || "no description"}
            </div>
          </div>
          <div className="sub">
            In use: {bytes(each.inUse.size)}, came {exactTime(Date.parse(each.inUse.receivedAt))}
            <br />
            Other: {bytes(each.size)}, came {exactTime(Date.parse(each.receivedAt))}
          </div>
          <Button onPress={() => setOpen(each)} data-testid="version-compare">
            Compare
          </Button>
        </div>
      ))}
      {open ? <CompareDialog version={open} mayChange={mayChange} onClose={() => setOpen(null)} /> : null}
    </div>
  );
}

function CompareDialog({
  version,
  mayChange,
  onClose,
}: {
  readonly version: Version;
  readonly mayChange: boolean;
  readonly onClose: () => void;
}) {
  const { data, error } = useQuery(versionQuery(version.id));
  return (
    <DeedDialog
      title="The object in use and the other one"
      verb="Use the other one"
      done="The other one is in use now; the first is kept here."
      isReady={mayChange && data?.fits === true}
      onClose={onClose}
      onDo={async (why) => {
        await deed(`/api/versions/${version.id}/use`, { reason: why.reason });
        return {};
      }}
      wide
    >
      {error ? (
        <Notice inset title="They could not be compared">
          {error.message}
        </Notice>
      ) : null}
      {data && data.differences.length === 0 ? (
        <p className="quiet-text">Their headers say the same: the pixels or other long values differ.</p>
      ) : null}
      {data && data.differences.length > 0 ? (
        <div className="admin-table">
          <table data-testid="version-differences">
            <thead>
              <tr>
                <th>What</th>
                <th>In use</th>
                <th>The other one</th>
              </tr>
            </thead>
            <tbody>
              {data.differences.map((each) => (
                <tr key={each.tag}>
                  <td>
                    {each.name} <span className="sub">{each.tag}</span>
                  </td>
                  <td className="value">{each.one ?? <span className="sub">not there</span>}</td>
                  <td className="value">{each.other ?? <span className="sub">not there</span>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
      {data && !data.fits ? (
        <Notice inset title="It cannot take the place of the first">
          It says that it belongs to another series. Ask the sender to send it again under a UID of its own.
        </Notice>
      ) : null}
    </DeedDialog>
  );
}
