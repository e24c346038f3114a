import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { deed } from "../api/admin.ts";
import { useMinute } from "../api/clock.ts";
import { quarantine } from "../api/queries.ts";
import type { QuarantineView } from "../api/views.ts";
import { Button } from "../design/button.tsx";
import { State } from "../design/mark.tsx";
import { Notice } from "../design/notice.tsx";
import { Progress } from "../design/progress.tsx";
import { say, sayProblem } from "../design/toast.tsx";
import { clockTime } from "./elapsed.ts";
import { bytes, counted } from "./figures.ts";
import { DiscardDialog, FixDialog } from "./quarantine-dialogs.tsx";

interface Outcome {
  readonly state: string;
  readonly reason?: string;
}

const retry = (file: QuarantineView) => deed<Outcome>(`/api/quarantine/${file.id}/retry`, {});

/** Files that could not be taken in: why, and what to do. Nothing is dropped in silence. */
export function QuarantinePanel() {
  const { data, error } = useQuery(quarantine);
  const [open, setOpen] = useState<{ readonly file: QuarantineView; readonly act: "fix" | "discard" } | null>(null);
  const [trying, setTrying] = useState<{ readonly done: number; readonly of: number } | null>(null);
  if (!data)
    return error ? <Notice title="The list could not be fetched">{error.message}</Notice> : <Notice title="Asking" />;
  const waiting = data.filter((each) => each.state === "waiting");
  const decided = data.filter((each) => each.state !== "waiting");
  const again = async (file: QuarantineView) => {
    try {
      const result = await retry(file);
      say(
        result.reason ? `Still not taken in: ${result.reason}` : `${file.name || "The file"} is ${result.state} now.`,
      );
    } catch (failure) {
      sayProblem(failure);
    }
  };
  const all = async () => {
    let stored = 0;
    for (const [i, file] of waiting.entries()) {
      setTrying({ done: i, of: waiting.length });
      const result = await retry(file).catch(() => null);
      if (result && !result.reason) stored++;
    }
    setTrying(null);
    say(`${counted(stored, "file")} of ${waiting.length} taken in; the others say why not.`);
  };
  const restore = (file: QuarantineView) =>
    void deed(`/api/quarantine/${file.id}/restore`, {}).then(() => say(`${file.name} waits again.`), sayProblem);
  return (
    <div className="admin-body">
      {waiting.length === 0 ? (
        <Notice title="Nothing is waiting here">
          A file that cannot be taken in is kept here with the reason, and the rest of its upload goes on.
        </Notice>
      ) : (
        <div className="spread">
          <h2>{counted(waiting.length, "file")} could not be taken in</h2>
          {trying ? (
            <Progress label={`Trying ${trying.done + 1} of ${trying.of}`} value={trying.done / trying.of} />
          ) : waiting.length > 1 ? (
            <Button onPress={() => void all()}>Try all again</Button>
          ) : null}
        </div>
      )}
      {waiting.map((file) => (
        <Row key={file.id} file={file}>
          <Button onPress={() => setOpen({ file, act: "fix" })} data-testid="quarantine-fix">
            Fix
          </Button>
          <Button onPress={() => void again(file)} data-testid="quarantine-retry">
            Try again
          </Button>
          <Button look="quiet" onPress={() => setOpen({ file, act: "discard" })} data-testid="quarantine-discard">
            Discard
          </Button>
        </Row>
      ))}
      {decided.length > 0 ? <h2>Decided</h2> : null}
      {decided.map((file) => (
        <Row key={file.id} file={file}>
          {file.state === "discarded" && (!file.discardUntil || Date.parse(file.discardUntil) > Date.now()) ? (
            <Button onPress={() => restore(file)} data-testid="quarantine-restore">
              Take back
            </Button>
          ) : null}
        </Row>
      ))}
      {open?.act === "discard" ? <DiscardDialog file={open.file} onClose={() => setOpen(null)} /> : null}
      {open?.act === "fix" ? <FixDialog file={open.file} onClose={() => setOpen(null)} /> : null}
    </div>
  );
}

const VIA: Readonly<Record<string, string>> = {
  stow: "DICOMweb",
  dimse: "DICOM",
  upload: "upload",
  import: "import",
  analysis: "analysis",
};

function Row({ file, children }: { readonly file: QuarantineView; readonly children: React.ReactNode }) {
  const now = useMinute();
  const sender = file.via === "dimse" && file.who ? ` from ${file.who}` : "";
  return (
    <div className="quarantine-row" data-testid="quarantine-row">
      <div>
        <div className="strong clip">{file.name || "no name"}</div>
        <div className="sub">
          {bytes(file.size)} · by {VIA[file.via] ?? file.via}
          {sender} · {clockTime(Date.parse(file.receivedAt), now)}
        </div>
      </div>
      <div>
        <State is={file.state === "waiting" ? "look" : file.state === "stored" ? "fine" : "none"}>
          {file.state === "waiting" ? file.reason : decision(file)}
        </State>
        {file.state === "discarded" && file.discardUntil ? (
          <div className="sub">can be taken back until {file.discardUntil.slice(0, 10)}</div>
        ) : null}
      </div>
      <div className="line-up quarantine-acts">
        {children}
        <a className="quarantine-file" href={`/api/quarantine/${file.id}/file`}>
          Download
        </a>
      </div>
    </div>
  );
}

function decision(file: QuarantineView): string {
  const by = file.decidedBy ? ` by ${file.decidedBy}` : "";
  const how = file.fixed ? `stored with other values (${Object.keys(file.fixed).join(", ")})` : file.state;
  return `${how}${by}${file.decidedReason ? `: ${file.decidedReason}` : ""}`;
}
