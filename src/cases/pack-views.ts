import type { PackReference } from "../knowledge/pack.ts";

/** One deed in the log of what is in force. */
export interface PackDeed {
  readonly pack: string;
  readonly title: string | null;
  readonly version: string | null;
  /** Null: it was taken out of force. */
  readonly hash: string | null;
  readonly why: string;
  readonly by: string | null;
  readonly at: string;
  readonly signature: Readonly<Record<string, string>>;
  /** The key of that signature as it stands now: whose it is, and since when and why it is relied on no more. */
  readonly key: { readonly name: string; readonly revokedAt: string | null; readonly revokedWhy: string | null } | null;
}

/** One pack as an administrator sees it. */
export interface ListedPack extends PackReference {
  readonly recommendations: number;
  readonly trials: number;
  readonly scales: number;
  /** "with Willis", or the deed that put it in force. */
  readonly from: "with Willis" | PackDeed;
  /** Version of the same pack that comes with Willis, when another one is in force. */
  readonly shipped: { readonly version: string; readonly hash: string } | null;
}

/** All packs of an installation as an administrator sees them. */
export interface PackList {
  readonly packs: readonly ListedPack[];
  /** Taken out of force, or not readable by this version of Willis. */
  readonly silent: readonly {
    readonly pack: string;
    readonly why: string;
    readonly shipped: { readonly version: string; readonly hash: string } | null;
  }[];
  /** The youngest deeds first. */
  readonly log: readonly PackDeed[];
}

/** A key whose signature on a pack is relied on, or was. */
export interface PackKey {
  readonly id: string;
  readonly keyId: string;
  readonly name: string;
  readonly addedAt: string;
  readonly addedBy: string | null;
  readonly revokedAt: string | null;
  readonly revokedBy: string | null;
  readonly revokedWhy: string | null;
}
