import { WillisError } from "../../../core/errors.ts";
import { COMMAND, VERIFICATION } from "../../../dicom/dimse.ts";
import { TS } from "../../../dicom/transfer-syntax.ts";
import type { DimseSettings } from "../settings.ts";
import { type Callee, withPeer } from "./connect.ts";

/** How a peer answered C-ECHO. */
export interface EchoResult {
  readonly connectMs: number;
  readonly associateMs: number;
  readonly echoMs: number;
  /** What it calls its software. */
  readonly implementation: string;
  readonly maxPdu: number;
}

/** C-ECHO to a peer. Errors: those of `withPeer`; `unavailable` when it answers with a failure. */
export function echo(peer: Callee, settings: DimseSettings, signal?: AbortSignal): Promise<EchoResult> {
  const contexts = [{ abstractSyntax: VERIFICATION, transferSyntaxes: [TS.ImplicitLittle] }];
  return withPeer(peer, settings, { contexts, ...(signal ? { signal } : {}) }, async (call) => {
    const { session, accept, connectMs, associateMs } = call;
    const began = performance.now();
    const context = session.dimse.contextFor(VERIFICATION);
    const { status } = await session.askOnce({ field: COMMAND.echo, context, fields: {}, silenceMs: 15_000 });
    if (status !== 0) throw new WillisError("unavailable", `It answered C-ECHO with status ${hex(status)}.`);
    const { implementationClass, implementationVersion, maxPdu } = accept.user;
    const echoMs = performance.now() - began;
    return { connectMs, associateMs, echoMs, implementation: implementationVersion || implementationClass, maxPdu };
  });
}

/** A status as DICOM writes it. */
export function hex(status: number): string {
  return status.toString(16).toUpperCase().padStart(4, "0");
}
