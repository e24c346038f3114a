import { setTimeout as sleep } from "node:timers/promises";
import { askForCommitment, COMMITMENT, type ReferencedObject } from "../../../dicom/commitment.ts";
import type { DataSet } from "../../../dicom/data-set.ts";
import { COMMAND } from "../../../dicom/dimse.ts";
import { TS } from "../../../dicom/transfer-syntax.ts";
import { writeDataSet } from "../../../dicom/write.ts";
import type { Peer } from "../../db/peers/peer.ts";
import { dispatcher } from "../dispatch.ts";
import type { DimseServices } from "../service.ts";
import { commitment } from "../services/commitment.ts";
import type { Session } from "../session.ts";
import type { DimseSettings } from "../settings.ts";
import { type CallOptions, withPeer } from "./connect.ts";
import { failure } from "./find.ts";

const PLAIN = [TS.ExplicitLittle, TS.ImplicitLittle];
const LOOK_MS = 200;

/**
 * Asks a peer to commit to objects (N-ACTION), and stays for a moment: `until` says when its answer is here, which some
 * send on the same association. Errors: those of `withPeer`, `unavailable` when it refuses.
 */
export function askToCommit(
  peer: Peer,
  settings: DimseSettings,
  services: DimseServices,
  wanted: { readonly transactionUid: string; readonly objects: readonly ReferencedObject[] },
  stay: { readonly ms: number; readonly asked: () => Promise<void>; readonly until: () => Promise<boolean> },
  signal: AbortSignal,
): Promise<void> {
  const { aeTitle, organisationId } = peer;
  const permissions = new Set(["commit"] as const);
  const options: CallOptions = {
    contexts: [{ abstractSyntax: COMMITMENT.sopClass, transferSyntaxes: PLAIN }],
    requests: (session: Session) =>
      dispatcher(session, [commitment], {
        ...{ services, ownAeTitle: settings.aeTitle, remote: peer.host, audit: null },
        caller: () => ({ aeTitle, organisationId, permissions, peer, known: true }),
      }),
    signal,
  };
  return withPeer(peer, settings, options, async ({ session }) => {
    const context = session.dimse.contextFor(COMMITMENT.sopClass);
    const data = writeDataSet(askForCommitment(wanted.transactionUid, wanted.objects), context.transferSyntax);
    const fields = { RequestedSOPInstanceUID: COMMITMENT.instance, ActionTypeID: COMMITMENT.request };
    const { status, command } = await session.askOnce({ field: COMMAND.action, context, fields, data });
    if (status !== 0) throw failure("N-ACTION (storage commitment)", status, command);
    await stay.asked();
    for (let left = stay.ms; left > 0 && !session.ended.aborted && !(await stay.until()); left -= LOOK_MS)
      await sleep(LOOK_MS);
  });
}

/** Tells a peer the result on an association of ours: we are SCP of the class on it (role selection). */
export function reportTo(
  peer: Peer,
  settings: DimseSettings,
  event: { readonly eventTypeId: number; readonly report: DataSet },
  signal: AbortSignal,
): Promise<void> {
  const contexts = [{ abstractSyntax: COMMITMENT.sopClass, transferSyntaxes: PLAIN }];
  const roles = [{ sopClass: COMMITMENT.sopClass, scu: false, scp: true }];
  return withPeer(peer, settings, { contexts, roles, signal }, ({ session }) => reportOn(session, event));
}

/** Tells the result on an open association. Errors: `unavailable` when it has ended, or the peer does not take it. */
export async function reportOn(
  session: Session,
  { eventTypeId, report }: { readonly eventTypeId: number; readonly report: DataSet },
): Promise<void> {
  const context = session.dimse.contextFor(COMMITMENT.sopClass);
  const { status, command } = await session.askOnce({
    ...{ field: COMMAND.eventReport, context, silenceMs: 30_000 },
    fields: { AffectedSOPInstanceUID: COMMITMENT.instance, EventTypeID: eventTypeId },
    data: writeDataSet(report, context.transferSyntax),
  });
  if (status !== 0) throw failure("N-EVENT-REPORT", status, command);
}
