import { WillisError } from "../../core/index.ts";
import type { Pack } from "../../knowledge/index.ts";
import { vignetteProblems } from "../../knowledge/vignette-problems.ts";
import { type Pool, type Sql, transaction } from "../db/pool.ts";
import { type SignatureState, signatureOf } from "../pack-signature.ts";
import { idTwice, packOf } from "../packs.ts";
import { revocation, trustedKeys } from "./pack-keys.ts";
import { shelveOne } from "./pack-shelf.ts";
import type { PacksInForce } from "./packs-in-force.ts";

const LOCK = 77_105_113; // one change of what is in force at a time, over all processes
const MOST_SAID = 10;

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
  /** Version of the same pack that was in force until now; null when none was. */
  readonly replaces: string | null;
  /** Ids of packs in force that this one supersedes: from now on they drive nothing. */
  readonly silences: readonly string[];
}

/** What a deed keeps of a signature: what it said then, and why the pack was taken all the same. */
interface Kept {
  readonly state: SignatureState["state"] | "with Willis";
  readonly keyId?: string;
  readonly why?: string;
  readonly acceptedBecause?: string;
}

interface Place {
  readonly pool: Pool;
  readonly packsInForce: PacksInForce;
  now(): Date;
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

/** What is kept of a signature: that of a trusted key, or why the pack is taken without one. */
function accepted(signature: SignatureState, because: string | undefined): Kept {
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

async function readSignature(sql: Sql, text: string | null, hash: string): Promise<SignatureState> {
  const read = signatureOf(text, hash, await trustedKeys(sql));
  if (read.state !== "unknown key") return read;
  const revoked = await revocation(sql, read.keyId);
  return revoked === null ? read : { ...read, why: revoked };
}

function mustPass(pack: Pack): void {
  const failing = vignetteProblems(pack);
  if (failing.length === 0) return;
  const [first, more] = [failing.slice(0, MOST_SAID).join("; "), failing.length - MOST_SAID];
  throw new WillisError(
    "bad-request",
    `Pack ${pack.id} is not installed, its vignettes fail: ${first}${more > 0 ? `; and ${more} more` : ""}.`,
  );
}

/** A published version never changes: other content under a number that was here is refused. */
async function mustBeNew(sql: Sql, pack: Pack): Promise<void> {
  const { rowCount } = await sql.query(
    "select 1 from pack_version where pack = $1 and version = $2 and hash <> $3 limit 1",
    [pack.id, pack.version, pack.hash],
  );
  if (rowCount)
    throw new WillisError(
      "conflict",
      `${pack.id} ${pack.version} is kept here with other content, and a published version never changes. Give this one another version.`,
    );
}

/** What the last deed that put exactly this version in force kept of its signature; null when there was none. */
async function keptBefore(sql: Sql, hash: string): Promise<Kept | null> {
  const { rows } = await sql.query<{ signature: Kept }>(
    "select signature from pack_standing where hash = $1 order by seq desc limit 1",
    [hash],
  );
  return rows[0]?.signature ?? null;
}

/**
 * Puts one version of a pack in force at run time, in every process: its shape, its vignettes, its ids beside the other
 * packs and its signature are checked first. Durable when it returns. Throws WillisError with every problem named.
 */
export async function installPack({ pool, packsInForce, now }: Place, given: Installing): Promise<Installed> {
  const pack = packOf(given.texts, "the pack");
  const today = now().toISOString().slice(0, 10);
  if (pack.released > today)
    throw new WillisError(
      "conflict",
      `${pack.id} ${pack.version} is not installed: it is released on ${pack.released}, and today is ${today}.`,
    );
  mustPass(pack);
  const done = await transaction(pool, async (sql) => {
    await sql.query("select pg_advisory_xact_lock($1)", [LOCK]);
    const signature = await readSignature(sql, given.signature, pack.hash);
    const kept = accepted(signature, given.unsignedBecause);
    const { packs } = await packsInForce.seenBy(sql);
    const before = packs.find((one) => one.id === pack.id);
    const others = packs.filter((one) => one.id !== pack.id);
    const silences = others.filter((one) => pack.supersedes.includes(one.id)).map((one) => one.id);
    if (before?.hash === pack.hash) {
      // a signature that comes later is news of a pack that was taken without one
      const noted = await keptBefore(sql, pack.hash);
      if (noted === null || noted.state === "signed" || signature.state !== "signed")
        return { signature, changed: false, replaces: null, silences };
    }
    await mustBeNew(sql, pack);
    const twice = idTwice([...others, pack]);
    if (twice) throw new WillisError("conflict", `${twice}. Pack ${pack.id} is not installed: rename what it brings.`);
    await shelveOne(sql, pack, given.texts);
    await stand(sql, pack.id, pack.hash, { why: given.why, person: given.person, signature: kept });
    const replaces = before && before.hash !== pack.hash ? before.version : null;
    return { signature, changed: true, replaces, silences };
  });
  await packsInForce.refresh();
  return { pack, ...done };
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
    const { packs, unreadable } = await packsInForce.seenBy(sql);
    if (![...packs.map((pack) => pack.id), ...unreadable.map(({ pack }) => pack)].includes(id))
      throw new WillisError("not-found", `No pack "${id.slice(0, 80)}" is in force.`);
    await stand(sql, id, null, { why, person, signature: {} });
  });
  await packsInForce.refresh();
}

/** What is kept of the signature of a version that returns. Throws "forbidden" when its key was revoked meanwhile. */
async function standsAgain(sql: Sql, pack: Pack, because: string | undefined): Promise<Kept> {
  const before = await keptBefore(sql, pack.hash);
  if (before === null) return { state: "with Willis" };
  const revoked = before.state === "signed" && before.keyId ? await revocation(sql, before.keyId) : null;
  if (revoked === null) return before;
  if (!because?.trim())
    throw new WillisError(
      "forbidden",
      `${pack.id} ${pack.version} does not return: ${revoked}. Say why it is taken all the same.`,
    );
  return { state: "unknown key", why: revoked, acceptedBecause: because.trim() };
}

/**
 * Puts a version in force again that was here before, by its hash: of the shelf, or the one that comes with Willis. What
 * was kept of its signature holds, unless its key was revoked: then it needs a reason. Throws WillisError "not-found".
 */
export async function returnToVersion(
  { pool, packsInForce }: Place,
  hash: string,
  find: (hash: string) => Promise<{ readonly pack: Pack } | { readonly why: string }>,
  given: { readonly why: string; readonly person: string | null; readonly unsignedBecause?: string },
): Promise<Pack> {
  const found = await find(hash);
  if (!("pack" in found)) throw new WillisError("not-found", `There is no version ${hash.slice(0, 80)}: ${found.why}.`);
  const { pack } = found;
  mustPass(pack);
  await transaction(pool, async (sql) => {
    await sql.query("select pg_advisory_xact_lock($1)", [LOCK]);
    const { packs: now } = await packsInForce.seenBy(sql);
    if (now.some((one) => one.hash === hash)) return;
    const twice = idTwice([...now.filter((one) => one.id !== pack.id), pack]);
    if (twice) throw new WillisError("conflict", `${twice}. Take the other one out of force first.`);
    const signature = await standsAgain(sql, pack, given.unsignedBecause);
    await stand(sql, pack.id, hash, { why: given.why, person: given.person, signature });
  });
  await packsInForce.refresh();
  return pack;
}
