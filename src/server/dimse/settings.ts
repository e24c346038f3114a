import type { Pool } from "../db/pool.ts";
import type { TlsFiles } from "./tls-files.ts";

/** How we speak DIMSE ourselves: as provider and, towards peers, as user. */
export interface DimseSettings {
  readonly aeTitle: string;
  readonly tls: TlsFiles | null;
}

const current = new WeakMap<Pool, DimseSettings>();

/** Set once when the listener starts. */
export function setDimseSettings(pool: Pool, settings: DimseSettings): void {
  current.set(pool, settings);
}

/** Those of the listener in this process; in a command, those of the environment. */
export function dimseSettings(pool: Pool): DimseSettings {
  return current.get(pool) ?? { aeTitle: process.env.WILLIS_AE_TITLE || "WILLIS", tls: null };
}
