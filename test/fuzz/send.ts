import { writeFileMeta } from "../../src/dicom/write.ts";
import { sha256 } from "../chaos/load.ts";
import type { OneServer } from "../chaos/one-server.ts";
import { stowBody } from "../conformance/images.ts";
import type { Kind } from "./kinds.ts";
import type { Mutant } from "./mutants.ts";
import { associate, type RawPeer, store, storeCommand } from "./pdu-sender.ts";

/** What became of a mutant by what the server said, and the digest that its file has when it was kept. */
export interface Outcome {
  readonly mutant: Mutant;
  readonly via: "stow" | "dimse";
  readonly said: "stored" | "quarantined" | "ignored" | "refused" | "broken off";
  /** STOW: HTTP status and failure reason; C-STORE: status. */
  readonly status: number;
  readonly reason: number | null;
  readonly ms: number;
  readonly digest: string;
  readonly words: string;
}

const LIMIT_MS = 30_000; // when even that is over, the server hangs

interface Item {
  readonly "00081197"?: { Value?: number[] };
  readonly "00000902"?: { Value?: string[] };
}

export async function byStow(server: OneServer, mutant: Mutant): Promise<Outcome> {
  const { body, headers } = stowBody([mutant.file]);
  const began = performance.now();
  const answer = await fetch(`${server.url}/dicom-web/studies`, {
    method: "POST",
    body,
    headers: { ...headers, authorization: `Bearer ${server.token}` },
    signal: AbortSignal.timeout(LIMIT_MS),
  });
  const text = await answer.text();
  const ms = performance.now() - began;
  const base = { mutant, via: "stow", status: answer.status, ms, digest: sha256(mutant.file) } as const;
  if (![200, 202, 409].includes(answer.status)) return { ...base, said: "refused", reason: null, words: text };
  const json = JSON.parse(text) as Record<string, { Value?: Item[] }>;
  const failed = [...(json["00081198"]?.Value ?? []), ...(json["0008119A"]?.Value ?? [])][0];
  if (!failed) return { ...base, said: "stored", reason: null, words: "" };
  const words = failed["00000902"]?.Value?.[0] ?? "";
  const said = words.includes("Kept in quarantine") ? "quarantined" : /^Not stored/.test(words) ? "ignored" : "refused";
  return { ...base, said, reason: failed["00081197"]?.Value?.[0] ?? null, words };
}

/**
 * Sends by raw PDUs, on one association after the other: one that the server ends is opened again. Null: its presentation
 * context was not taken.
 */
export function dimseSender(server: OneServer, kinds: readonly Kind[], calling: string) {
  const pairs = [...new Set(kinds.map(({ sopClass, transferSyntax }) => `${sopClass} ${transferSyntax}`))]
    .slice(0, 128)
    .map((pair) => pair.split(" ") as [string, string]);
  let peer: RawPeer | null = null;
  let messageId = 0;
  let opened = 0;

  return {
    get associations() {
      return opened;
    },
    async send(mutant: Mutant): Promise<Outcome | null> {
      const { kind, file, start, sopUid } = mutant;
      const place = pairs.findIndex(([sop, ts]) => sop === kind.sopClass && ts === kind.transferSyntax);
      if (place < 0) throw new Error(`${kind.name} has no place in one association`);
      const dataSet = file.subarray(start);
      if (!peer || peer.closed) {
        peer = await associate(server.dimsePort, pairs, calling);
        opened++;
      }
      if (!peer) throw new Error("no association could be opened");
      if (!peer.accepted.has(2 * place + 1)) return null;
      messageId = (messageId % 60_000) + 1;
      const began = performance.now();
      const status = await store(
        peer,
        2 * place + 1,
        storeCommand(kind.sopClass, sopUid, messageId),
        dataSet,
        LIMIT_MS,
      );
      const ms = performance.now() - began;
      const head = writeFileMeta(kind.sopClass, sopUid, kind.transferSyntax, calling);
      const base = {
        mutant,
        via: "dimse",
        reason: null,
        ms,
        digest: sha256(Buffer.concat([head, dataSet])),
        words: "",
      } as const;
      if (typeof status !== "number") {
        peer.end();
        peer = null;
        return { ...base, said: "broken off", status: -1, words: status };
      }
      const said = status === 0 || status >> 8 === 0xb0 ? "stored" : status === 0x0122 ? "ignored" : "quarantined";
      return { ...base, said: status >> 8 === 0xa7 ? "refused" : said, status };
    },
    end(): void {
      peer?.end();
    },
  };
}
