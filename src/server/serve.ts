import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import { startScreening } from "./decisions/screening-watch.ts";
import { startCommitments } from "./dimse/commitments.ts";
import { startPriors } from "./dimse/priors.ts";
import { startDimse } from "./dimse/server.ts";
import { tlsFiles } from "./dimse/tls-files.ts";
import { startTransfers } from "./dimse/transfers.ts";
import { buildApp } from "./http/app.ts";
import type { Services } from "./http/services.ts";
import { settleArrivals } from "./ingest/arrivals.ts";
import { startSweeping } from "./ingest/sweep-orphans.ts";
import { announceStop } from "./readiness.ts";
import { ROOT } from "./services.ts";

export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly dimsePort: number;
  readonly aeTitle: string;
  /** DIMSE over TLS listens here when WILLIS_DIMSE_TLS_KEY and _CERT are given. */
  readonly dimseTlsPort?: number;
  /** How long it says that it stops before it does: WILLIS_DRAIN_SECONDS. */
  readonly drainMs?: number;
}

const GRACE_MS = 10_000; // what is running has this long to end

export interface Serving {
  readonly app: FastifyInstance;
  readonly url: string;
  readonly dimsePort: number;
  stop(): Promise<void>;
}

/** The options a server starts with: WILLIS_HOST, WILLIS_PORT, WILLIS_DIMSE_PORT, WILLIS_AE_TITLE, WILLIS_DRAIN_SECONDS. */
export function serveOptions(env: Readonly<Record<string, string | undefined>>): ServeOptions {
  return {
    host: env.WILLIS_HOST || "127.0.0.1",
    port: portOf(env, "WILLIS_PORT", 8650),
    dimsePort: portOf(env, "WILLIS_DIMSE_PORT", 11104),
    aeTitle: env.WILLIS_AE_TITLE || "WILLIS",
    dimseTlsPort: portOf(env, "WILLIS_DIMSE_TLS_PORT", 2762),
    drainMs: secondsOf(env, "WILLIS_DRAIN_SECONDS") * 1000,
  };
}

/** Listens for HTTP and DIMSE; port 0 takes any free one. */
export async function serve(services: Services, options: ServeOptions): Promise<Serving> {
  const tls = await tlsFiles(process.env);
  const app = await buildApp(services, { webRoot: join(ROOT, "src/web/dist") });
  await app.listen({ host: options.host, port: options.port });
  const dimse = await startDimse(services, {
    host: options.host,
    port: options.dimsePort,
    aeTitle: options.aeTitle,
    tls: tls && { port: options.dimseTlsPort ?? 2762, files: tls },
  }).catch(async (error) => {
    await app.close();
    throw error;
  });
  const { port } = app.server.address() as AddressInfo;
  const sweeping = startSweeping(services);
  const transfers = startTransfers(services);
  const commitments = startCommitments(services);
  const priors = startPriors(services);
  const screening = startScreening(services);
  return {
    app,
    url: `http://${options.host}:${port}`,
    dimsePort: dimse.port,
    async stop() {
      announceStop(services);
      await sleep(options.drainMs ?? 0); // a load balancer sees that before the door is shut
      const late = setTimeout(() => app.server.closeAllConnections(), GRACE_MS);
      await Promise.all([
        app.close(),
        dimse.stop(),
        transfers.stop(),
        commitments.stop(),
        priors.stop(),
        screening.stop(),
        sweeping.stop(),
      ]);
      clearTimeout(late);
      await settleArrivals(services);
    },
  };
}

function portOf(env: Readonly<Record<string, string | undefined>>, name: string, otherwise: number): number {
  const text = env[name];
  if (!text) return otherwise;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new Error(`${name} is "${text}"; give a port from 0 to 65535`);
  return port;
}

function secondsOf(env: Readonly<Record<string, string | undefined>>, name: string): number {
  const seconds = Number(env[name] || 0);
  if (!(seconds >= 0 && seconds <= 600)) throw new Error(`${name} is "${env[name]}"; give a number from 0 to 600`);
  return seconds;
}
