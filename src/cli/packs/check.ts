import { readdirSync } from "node:fs";
import { parseArgs } from "node:util";
import { WillisError } from "../../core/index.ts";
import { referenceOf } from "../../knowledge/pack.ts";
import { vignetteProblems } from "../../knowledge/vignette-problems.ts";
import { publicKey, type SignatureState, signatureOf, signatureText } from "../../server/pack-signature.ts";
import { loadPack, PACKS_DIR } from "../../server/packs.ts";
import { EXIT } from "../verb.ts";
import { bytesOf, packFolder } from "./pack-folder.ts";

/** A signature that is wrong is a problem always; with keys to trust, one that is missing or by another key is, too. */
function signatureProblems(signature: SignatureState, keys: boolean): string[] {
  if (signature.state === "signed") return [];
  const wrong = signature.state === "wrong" || signature.state === "other content";
  return wrong || keys ? [`signature: ${signature.state}, ${signature.why}`] : [];
}

function checked(folder: string, trusted: readonly string[]) {
  try {
    const pack = loadPack(folder);
    const { id, version, hash, expires, state } = referenceOf(pack, new Date().toISOString());
    const signature = signatureOf(signatureText(folder), hash, trusted);
    const problems = [...vignetteProblems(pack), ...signatureProblems(signature, trusted.length > 0)];
    return { id, version, hash, expires, state, signature, problems };
  } catch (error) {
    if (!(error instanceof WillisError)) throw error;
    return { id: folder, problems: [error.message] };
  }
}

/** `packs check`: returns 1 when a pack has a problem. */
export function check(args: string[]): number {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: "boolean" }, trust: { type: "string", multiple: true } },
  });
  const all = () => readdirSync(PACKS_DIR, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const names = positionals.length > 0 ? positionals : all().map((entry) => entry.name);
  const trusted = (values.trust ?? []).map((file) => publicKey(bytesOf(file), file).pem);
  const results = names.map((name) => checked(packFolder(name), trusted));
  if (values.json) console.log(JSON.stringify(results, null, 2));
  else {
    for (const result of results) {
      const told =
        "hash" in result
          ? `${result.version}, ${result.state} until ${result.expires}, ${result.signature?.state}`
          : "";
      console.log(`${result.problems.length === 0 ? "good" : "BAD "}  ${result.id}  ${told}`);
      for (const problem of result.problems) console.log(`        ${problem}`);
    }
  }
  return results.every((result) => result.problems.length === 0) ? EXIT.ok : EXIT.failed;
}
