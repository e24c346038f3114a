import { connect as connectPlain, isIP, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import { WillisError } from "../../../core/errors.ts";
import { Dimse, type DimseEvent } from "../../../dicom/dimse.ts";
import type { AssociateAccept } from "../../../dicom/pdu.ts";
import type { Negotiation } from "../../../dicom/upper-layer.ts";
import type { Peer } from "../../db/peers/peer.ts";
import { type Requests, Session } from "../session.ts";
import type { DimseSettings } from "../settings.ts";
import { tlsOptions } from "../tls-files.ts";

/** Where to call, and how. */
export type Callee = Pick<Peer, "aeTitle" | "host" | "port" | "tls">;

export interface CallOptions extends Negotiation {
  readonly contexts: readonly { abstractSyntax: string; transferSyntaxes: readonly string[] }[];
  /** What takes requests of the peer on this association (C-STORE of a C-GET); without it they are refused. */
  readonly requests?: (session: Session) => Requests;
  readonly signal?: AbortSignal;
  /** Longest wait for the connection and for the answer to the request, ms each. */
  readonly openMs?: number;
}

/** An open association with a peer, and how long it took. */
export interface Call {
  readonly session: Session;
  readonly accept: AssociateAccept;
  readonly connectMs: number;
  readonly associateMs: number;
}

const OPEN_MS = 15_000;
const RELEASE_MS = 5_000;
const IDLE_MS = 120_000;

/**
 * Opens an association, does `work` on it and releases it; when `work` fails or `signal` aborts, the peer gets A-ABORT.
 * Errors: `unavailable` with what was wrong (name, connection, TLS, rejection with its reason) and what to check.
 */
export async function withPeer<T>(
  peer: Callee,
  settings: DimseSettings,
  options: CallOptions,
  work: (call: Call) => Promise<T>,
): Promise<T> {
  const { signal, openMs = OPEN_MS } = options;
  if (peer.host === "") throw new WillisError("unavailable", `${peer.aeTitle} has no address: give its host and port.`);
  const began = performance.now();
  const socket = await connected(peer, settings, openMs, signal);
  const connectMs = performance.now() - began;
  const session = new Session(socket, new Dimse({ aeTitle: settings.aeTitle }));
  const opening = Promise.withResolvers<AssociateAccept>();
  opening.promise.catch(() => {});
  const running = session.run(options.requests?.(session) ?? refusing(session), async (event: DimseEvent) => {
    if (event.kind === "accepted") opening.resolve(event.accept);
    if (event.kind === "rejected") opening.reject(rejection(peer, settings, event));
    if (event.kind === "closed") opening.reject(new WillisError("unavailable", event.message));
  });
  running.then(
    () => opening.reject(session.gone()),
    (error: Error) => opening.reject(unreachable(peer, error)),
  );
  const stop = (): void => session.abort("It was cancelled.");
  const late = setTimeout(() => session.abort(`${peer.aeTitle} did not answer the association request.`), openMs);
  signal?.addEventListener("abort", stop, { once: true });
  try {
    await session.send([session.dimse.association.request(peer.aeTitle, options.contexts, options)]);
    const accept = await opening.promise;
    clearTimeout(late);
    session.idle(IDLE_MS);
    const associateMs = performance.now() - began - connectMs;
    const result = await work({ session, accept, connectMs, associateMs });
    await release(session, running);
    return result;
  } catch (error) {
    session.abort("Something failed on our side.");
    throw error;
  } finally {
    clearTimeout(late);
    signal?.removeEventListener("abort", stop);
    await running.catch(() => {});
  }
}

async function release(session: Session, running: Promise<void>): Promise<void> {
  if (session.dimse.association.state !== "open") return;
  await session.send([session.dimse.association.release()]);
  const late = setTimeout(() => session.abort("It did not answer the release."), RELEASE_MS);
  await running.catch(() => {});
  clearTimeout(late);
}

function connected(peer: Callee, settings: DimseSettings, ms: number, signal?: AbortSignal): Promise<Socket> {
  const { host, port } = peer;
  return new Promise((done, failed) => {
    if (signal?.aborted) return failed(new WillisError("unavailable", "It was cancelled."));
    const own = settings.tls ? tlsOptions(settings.tls) : { minVersion: "TLSv1.2" as const };
    const secure: ConnectionOptions = { ...own, host, port, ...(isIP(host) ? {} : { servername: host }) };
    const socket: Socket = peer.tls ? connectTls(secure) : connectPlain({ host, port, noDelay: true });
    const over = (): void => {
      clearTimeout(late);
      signal?.removeEventListener("abort", cancel);
      socket.off("error", fail);
    };
    const fail = (error: Error): void => {
      over();
      socket.destroy();
      failed(unreachable(peer, error));
    };
    const cancel = (): void => fail(new Error("It was cancelled."));
    const late = setTimeout(() => fail(new Error(`no connection within ${Math.round(ms / 1000)} s`)), ms);
    signal?.addEventListener("abort", cancel, { once: true });
    socket.once("error", fail);
    socket.once(peer.tls ? "secureConnect" : "connect", () => {
      over();
      socket.setNoDelay(true);
      socket.on("error", () => {}); // the association ends by itself, and says so
      done(socket);
    });
  });
}

function unreachable({ aeTitle, host, port, tls }: Callee, error: Error): WillisError {
  if (error instanceof WillisError) return error;
  const code = (error as NodeJS.ErrnoException).code ?? "";
  const hint =
    code === "ENOTFOUND" || code === "EAI_AGAIN"
      ? "the name is not known: check the host"
      : code === "ECONNREFUSED"
        ? "nothing listens there: check host and port, and whether it is switched on"
        : /CERT|SSL|TLS|ALTNAME|SELF_SIGNED/.test(code)
          ? `the TLS handshake failed (${code}): check its certificate and WILLIS_DIMSE_TLS_CA`
          : error.message;
  return new WillisError("unavailable", `${aeTitle} at ${host}:${port}${tls ? " (TLS)" : ""}: ${hint}.`);
}

/** What a rejection means for the person who set up the peer (PS3.8 table 9-21). */
function rejection(
  peer: Callee,
  { aeTitle }: DimseSettings,
  event: { result: number; source: number; reason: number },
) {
  const { result, source, reason } = event;
  const why =
    source === 1 && reason === 3
      ? `it does not know us as ${aeTitle}: our AE title has to be entered there`
      : source === 1 && reason === 7
        ? `it does not call itself ${peer.aeTitle}: check its AE title`
        : source === 3
          ? "it has too many associations just now"
          : `source ${source}, reason ${reason}`;
  return new WillisError(
    "unavailable",
    `${peer.aeTitle} rejected the association${result === 2 ? " for now" : ""}: ${why}.`,
  );
}

/** Requests on an association of ours on which none is expected. */
function refusing(session: Session): Requests {
  return {
    busy: false,
    request: (message) => session.send(session.dimse.respond(message, 0x0211)),
    data: async () => {},
    end: async () => {},
  };
}
