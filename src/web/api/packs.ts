import { queryOptions } from "@tanstack/react-query";
import type { PackKey, PackList } from "../../cases/pack-views.ts";
import { ask } from "./client.ts";
import { queryClient } from "./query-client.ts";

/** Which knowledge packs are in force, and what an administrator does about them. */

export const packList = queryOptions({
  queryKey: ["packs", "list"],
  queryFn: ({ signal }) => ask<PackList>("/api/packs", { signal }),
});

export const packKeys = queryOptions({
  queryKey: ["packs", "keys"],
  queryFn: ({ signal }) => ask<{ keys: PackKey[] }>("/api/pack-keys", { signal }).then((answer) => answer.keys),
});

async function did<T>(act: Promise<T>): Promise<T> {
  const done = await act;
  for (const queryKey of [["packs"], ["library"], ["steward"], ["case"]])
    void queryClient.invalidateQueries({ queryKey });
  return done;
}

const post = <T>(path: string, json: object) => did(ask<T>(path, { method: "POST", json }));
const part = encodeURIComponent;

export interface Installing {
  readonly files: Readonly<Record<string, string>>;
  /** The pack as a FHIR bundle, in place of its files. */
  readonly bundle?: object;
  readonly signature: string | null;
  readonly unsignedBecause?: string;
  readonly why: string;
}

interface Installed {
  readonly pack: { readonly title: string; readonly version: string };
  readonly changed: boolean;
  readonly replaces: string | null;
  readonly silences: readonly string[];
}

/** Puts a pack in force from its files, or from its FHIR bundle where there is one. */
export const installPack = ({ bundle, files, ...given }: Installing) =>
  bundle === undefined
    ? post<Installed>("/api/packs", { files, ...given })
    : post<Installed>("/api/packs/fhir", { bundle, ...given });
export const removePack = (pack: string, why: string) => post<void>(`/api/packs/${part(pack)}/remove`, { why });
export const returnToPack = (hash: string, why: string) =>
  post<{ pack: { title: string; version: string } }>(`/api/pack-versions/${part(hash)}/return`, { why });
export const addPackKey = (name: string, publicKey: string) => post<object>("/api/pack-keys", { name, publicKey });
export const revokePackKey = (key: string, why: string) => post<void>(`/api/pack-keys/${part(key)}/revoke`, { why });
