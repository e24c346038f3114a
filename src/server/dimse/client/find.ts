import { WillisError } from "../../../core/errors.ts";
import { type DataSet, text } from "../../../dicom/data-set.ts";
import { COMMAND } from "../../../dicom/dimse.ts";
import { TS } from "../../../dicom/transfer-syntax.ts";
import { writeDataSet } from "../../../dicom/write.ts";
import { QUERY_CLASSES } from "../query-model.ts";
import type { DimseSettings } from "../settings.ts";
import { type Callee, withPeer } from "./connect.ts";
import { hex } from "./echo.ts";

/** Answers of a peer; `cut` when it had more than were wanted. */
export interface FindResult {
  readonly found: readonly DataSet[];
  readonly cut: boolean;
}

/** C-FIND in Study Root, or in Patient Root for the level PATIENT. At `most` answers the peer is told to stop. */
export function findAt(
  peer: Callee,
  settings: DimseSettings,
  identifier: DataSet,
  options: { readonly most: number; readonly signal?: AbortSignal },
): Promise<FindResult> {
  const model = text(identifier, "QueryRetrieveLevel") === "PATIENT" ? QUERY_CLASSES.patient : QUERY_CLASSES.study;
  const contexts = [{ abstractSyntax: model.find, transferSyntaxes: [TS.ExplicitLittle, TS.ImplicitLittle] }];
  const { most, signal } = options;
  return withPeer(peer, settings, { contexts, ...(signal ? { signal } : {}) }, async ({ session }) => {
    const context = session.dimse.contextFor(model.find);
    const data = writeDataSet(identifier, context.transferSyntax);
    const enough = new AbortController();
    const found: DataSet[] = [];
    let cut = false;
    const asked = { field: COMMAND.find, context, fields: { Priority: 0 }, data, cancel: enough.signal };
    for await (const { status, command, dataSet } of session.ask(asked)) {
      if (status === 0xff00 || status === 0xff01) {
        if (found.length < most && dataSet) found.push(dataSet);
        else {
          cut = true;
          enough.abort();
        }
      } else if (status !== 0 && !(cut && status === 0xfe00)) throw failure("C-FIND", status, command);
    }
    return { found, cut };
  });
}

/** A final status that is no success, with what the peer said about it. */
export function failure(what: string, status: number, command: DataSet): WillisError {
  const comment = text(command, "ErrorComment");
  return new WillisError(
    "unavailable",
    `The peer answered ${what} with status ${hex(status)}${comment ? `: ${comment}` : ""}.`,
  );
}
