import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ask } from "../api/client.ts";
import { useMinute } from "../api/clock.ts";
import { quarantine } from "../api/queries.ts";
import { queryClient } from "../api/query-client.ts";
import type { QuarantineView } from "../api/views.ts";
import { Button } from "../design/button.tsx";
import { Dialog } from "../design/dialog.tsx";
import { TextField } from "../design/field.tsx";
import { State } from "../design/mark.tsx";
import { Notice } from "../design/notice.tsx";
import { say, sayProblem } from "../design/toast.tsx";
import { clockTime } from "./elapsed.ts";
import { bytes } from "./figures.ts";

/** Files that could not be taken in: why, and what to do. Nothing is dropped in silence. */
export function QuarantinePanel() {
  const { data, error } = useQuery(quarantine);
  const [discarding, setDiscarding] = useState<QuarantineView | null>(null);
  const now = useMinute();
  if (!data)
    return error ? <Notice title="The list could not be fetched">{error.message}</Notice> : <Notice title="Asking" />;
  const waiting = data.filter((each) => each.state === "waiting");
  const again = async (file: QuarantineView) => {
    try {
      const result = await ask<{ state: string; reason?: string }>(`/api/quarantine/${file.id}/retry`, {
        method: "POST",
        json: {},
      });
      say(
        result.state === "quarantined"
          ? `Still not readable: ${result.reason ?? "no reason given"}`
          : `${file.name} is ${result.state} now.`,
      );
    } catch (failure) {
      sayProblem(failure);
    }
    await queryClient.invalidateQueries({ queryKey: ["quarantine"] });
  };
  return (
    <div className="admin-body">
      {waiting.length === 0 ? (
        <Notice title="Nothing is waiting here">
          Files that cannot be read as DICOM are kept here with the reason, and the rest of their upload goes on.
        </Notice>
      ) : null}
      {data.map((file) => (
        <div key={file.id} className="quarantine-row" data-testid="quarantine-row">
          <div>
            <div className="strong clip">{file.name || "no name"}</div>
            <div className="sub">
              {bytes(file.size)} · by {file.via} · {clockTime(Date.parse(file.receivedAt), now)}
            </div>
          </div>
          <State is={file.state === "waiting" ? "look" : "none"}>
            {file.state === "waiting" ? file.reason : `${file.state}: ${file.reason}`}
          </State>
          <div className="line-up quarantine-acts">
            {file.state === "waiting" ? (
              <>
                <Button onPress={() => void again(file)}>Try again</Button>
                <Button look="quiet" onPress={() => setDiscarding(file)}>
                  Discard
                </Button>
              </>
            ) : null}
            <a className="quarantine-file" href={`/api/quarantine/${file.id}/file`}>
              Download
            </a>
          </div>
        </div>
      ))}
      <DiscardDialog file={discarding} onClose={() => setDiscarding(null)} />
    </div>
  );
}

function DiscardDialog({ file, onClose }: { readonly file: QuarantineView | null; readonly onClose: () => void }) {
  const [reason, setReason] = useState("");
  const [error, setError] = useState<string | null>(null);
  const discard = async () => {
    if (!file) return;
    try {
      await ask(`/api/quarantine/${file.id}/discard`, { method: "POST", json: { reason: reason.trim() } });
      setReason("");
      onClose();
      await queryClient.invalidateQueries({ queryKey: ["quarantine"] });
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
    }
  };
  return (
    <Dialog
      title={`Discard ${file?.name ?? ""}`}
      isOpen={file !== null}
      onClose={onClose}
      foot={
        <Button look="act" isDisabled={reason.trim().length < 3} onPress={() => void discard()}>
          Discard
        </Button>
      }
    >
      <TextField
        label="Why"
        value={reason}
        onChange={setReason}
        error={error}
        autoFocus
        hint="It leaves the list of what is waiting. The bytes are kept, and the reason with them."
      />
    </Dialog>
  );
}
