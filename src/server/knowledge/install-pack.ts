import { WillisError } from "../../core/index.ts";
import type { Pack } from "../../knowledge/index.ts";
import { vignetteProblems } from "../../knowledge/pack-standing.ts";
import { type Pool, type Sql, transaction } from "../db/pool.ts";
import { type SignatureState, signatureOf } from "../pack-signature.ts";
import { idTwice, packOf } from "../packs.ts";
import { trustedKeys } from "./pack-keys.ts";
import { shelveOne } from "./pack-shelf.ts";
import type { PacksInForce } from "./packs-in-force.ts";

const LOCK = 77_105_113; // one change of what is in force at a time, over all processes

export interface Installing {
  /** The text of each file of the pack, by its name. */
  readonly texts: Readonly<Record<string, string>>;
  /** Text of signature.json; null when there is none. */
  readonly signature: string | null;
  /** Why a pack is taken though no trusted key signed it; kept and shown with the pack. */
  readonly unsignedBecause?: string;
  /** Where it came from and why it is put in force, in words. */
  readonly why: string;
  /** Who does it; null in a terminal that names nobody. */
  readonly person: string | null;
}

export interface Installed {
  readonly pack: Pack;
  readonly signature: SignatureState;
  /** False: exactly this version was in force already, nothing was written. */
  readonly changed: boolean;
}

interface Place {
  readonly pool: Pool;
  readonly packsInForce: PacksInForce;
}

async function stand(
  sql: Sql,
  pack: string,
  hash: string | null,
  { why, person, signature }: { why: string; person: string | null; signature: object },
): Promise<void> {
  await sql.query("insert into pack_standing (pack, hash, why, person, signature) values ($1, $2, $3, $4, $5)", [
    ...[pack, hash, why, person, JSON.stringify(signature)],
  ]);
}

function accepted(signature: SignatureState, because: string | undefined): object {
  if (signature.state === "signed") return signature;
  if (signature.state === "wrong" || signature.state === "other content")
    throw new WillisError("forbidden", `The pack is not installed: ${signature.why}. Ask its author for it again.`);
  if (!because?.trim())
    throw new WillisError(
      "forbidden",
      `The pack is not installed: ${signature.why}. Add the key of its author, or say why it is taken without.`,
    );
  return { ...signature, acceptedBecause: because.trim() };
}

/**
 * Puts one version of a pack in force at run time, in every process: its shape, its vignettes, its ids beside the other
 * packs and its signature are checked first. Durable when it returns. Throws WillisError with every problem named.
 */
export async function installPack({ pool, packsInForce }: Place, given: Installing): Promise<Installed> {
  const pack = packOf(given.texts, "the pack");
  const failing = vignetteProblems(pack);
  if (failing.length > 0)
    throw new WillisError(
      "bad-request",
      `Pack ${pack.id} is not installed, its vignettes fail: ${failing.join("; ")}.`,
    );
  const changed = await transaction(pool, async (sql) => {
    await sql.query("select pg_advisory_xact_lock($1)", [LOCK]);
    const signature = accepted(signatureOf(given.signature, pack.hash, await trustedKeys(sql)), given.unsignedBecause);
    await packsInForce.refresh();
    const now = packsInForce.current();
    if (now.some((one) => one.hash === pack.hash)) return false;
    const twice = idTwice([...now.filter((one) => one.id !== pack.id), pack]);
    if (twice) throw new WillisError("conflict", `${twice}. Pack ${pack.id} is not installed: rename what it brings.`);
    await shelveOne(sql, pack, given.texts);
    await stand(sql, pack.id, pack.hash, { why: given.why, person: given.person, signature });
    return true;
  });
  await packsInForce.refresh();
  return { pack, signature: signatureOf(given.signature, pack.hash, await trustedKeys(pool)), changed };
}

/** Takes a pack out of force, with a reason. Its versions stay: past decisions open with them. */
export async function removePack(
  { pool, packsInForce }: Place,
  id: string,
  { why, person }: { readonly why: string; readonly person: string | null },
): Promise<void> {
  if (!why.trim()) throw new WillisError("bad-request", "Say why the pack is taken out of force.");
  await transaction(pool, async (sql) => {
    await sql.query("select pg_advisory_xact_lock($1)", [LOCK]);
    await packsInForce.refresh();
    const there = packsInForce.current().some((pack) => pack.id === id);
    const silent = packsInForce.unreadable().some(({ pack }) => pack === id);
    if (!there && !silent) throw new WillisError("not-found", `No pack "${id}" is in force.`);
    await stand(sql, id, null, { why, person, signature: {} });
  });
  await packsInForce.refresh();
}

/** Puts a version in force again that was here before, by its hash: of the shelf, or the one that comes with Willis. */
export async function returnToVersion(
  { pool, packsInForce }: Place,
  hash: string,
  find: (hash: string) => Promise<{ readonly pack: Pack } | { readonly why: string }>,
  { why, person }: { readonly why: string; readonly person: string | null },
): Promise<Pack> {
  const found = await find(hash);
  if (!("pack" in found)) throw new WillisError("not-found", `There is no version ${hash}: ${found.why}.`);
  const { pack } = found;
  await transaction(pool, async (sql) => {
    await sql.query("select pg_advisory_xact_lock($1)", [LOCK]);
    await packsInForce.refresh();
    const twice = idTwice([...packsInForce.current().filter((one) => one.id !== pack.id), pack]);
    if (twice) throw new WillisError("conflict", `${twice}. Take the other one out of force first.`);
    await stand(sql, pack.id, hash, { why, person, signature: { state: "unsigned", why: "returned to" } });
  });
  await packsInForce.refresh();
  return pack;
}
