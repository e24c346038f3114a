import type { AddressInfo, Server, Socket } from "node:net";
import type { Caller } from "../db/peers/caller.ts";
import { auditLog } from "../http/audit.ts";
import { serveAssociation } from "./association.ts";
import type { DimseServices } from "./service.ts";
import { setDimseSettings } from "./settings.ts";
import { dimseListener, type TlsFiles } from "./tls-files.ts";

export interface DimseOptions {
  readonly host: string;
  readonly port: number;
  readonly aeTitle: string;
  /** Associations at once; one more is rejected for the moment (default 64). */
  readonly maxAssociations?: number;
  /** Associations at once of one calling AE title (default 16). */
  readonly maxPerCaller?: number;
  /** Refuse calling AE titles that no organisation has (default: WILLIS_DIMSE_KNOWN_ONLY is 1). */
  readonly knownOnly?: boolean;
  /** Silence after which an association is aborted, ms (default 5 min). */
  readonly idleMs?: number;
  /** Longest wait for the association request, ms (ARTIM; default half a minute). */
  readonly openingMs?: number;
  /** Also listen over TLS, on a port of its own. */
  readonly tls?: { readonly port: number; readonly files: TlsFiles } | null;
}

export interface DimseServer {
  readonly port: number;
  /** Null when it does not listen over TLS. */
  readonly tlsPort: number | null;
  /** No new associations; those that are open may finish for a moment, then are aborted. */
  stop(): Promise<void>;
}

const GRACE_MS = 2000;

/** Listens for DICOM peers, on one port plain and, when there are certificates, on another over TLS. Port 0 takes any free one. */
export async function startDimse(services: DimseServices, options: DimseOptions): Promise<DimseServer> {
  const { host, port, maxAssociations = 64, maxPerCaller = 16 } = options;
  const knownOnly = options.knownOnly ?? process.env.WILLIS_DIMSE_KNOWN_ONLY === "1";
  const open = new Map<Socket, Promise<void>>();
  const callers = new Map<string, number>();
  let associations = 0;
  const audit = auditLog(services.pool);
  setDimseSettings(services.pool, { aeTitle: options.aeTitle, tls: options.tls?.files ?? null });
  const serveSocket = (socket: Socket): void => {
    socket.on("error", () => {}); // the peer is gone: the association ends by itself
    // A caller too many is told so when it has asked; connections that never ask do not grow without end either.
    if (open.size >= 2 * maxAssociations + 16) return void socket.destroy();
    const { aeTitle, idleMs = 300_000, openingMs = 30_000 } = options;
    let place: string | null = null;
    const admit = ({ aeTitle: title }: Caller): boolean => {
      const have = callers.get(title) ?? 0;
      if (have >= maxPerCaller || associations >= maxAssociations) return false;
      associations++;
      callers.set(title, have + 1);
      place = title;
      return true;
    };
    const done = serveAssociation(services, socket, { aeTitle, knownOnly, idleMs, openingMs, audit, admit })
      .catch((error: unknown) => console.error(`DIMSE: ${error instanceof Error ? error.message : error}`))
      .finally(() => {
        open.delete(socket);
        socket.destroy();
        if (place === null) return;
        associations--;
        const left = callers.get(place)! - 1;
        if (left > 0) callers.set(place, left);
        else callers.delete(place);
      });
    open.set(socket, done);
  };
  const listeners = [dimseListener(null, serveSocket)];
  const ports = [await listen(listeners[0]!, port, host)];
  if (options.tls) {
    const secure = dimseListener(options.tls.files, serveSocket);
    listeners.push(secure);
    ports.push(
      await listen(secure, options.tls.port, host).catch((error) => {
        listeners[0]!.close();
        throw error;
      }),
    );
  }
  return {
    port: ports[0]!,
    tlsPort: ports[1] ?? null,
    async stop() {
      const closed = listeners.map((one) => new Promise<void>((done) => one.close(() => done())));
      const rest = setTimeout(() => {
        for (const socket of open.keys()) socket.destroy();
      }, GRACE_MS);
      await Promise.allSettled(open.values());
      clearTimeout(rest);
      await Promise.all(closed);
      await audit.stop();
    },
  };
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((ready, failed) => {
    server.once("error", failed);
    server.listen(port, host, () => {
      server.off("error", failed);
      ready();
    });
  });
  return (server.address() as AddressInfo).port;
}
