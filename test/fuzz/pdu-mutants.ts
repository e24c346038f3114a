import { uniform } from "../../src/core/random.ts";
import type { Kind } from "./kinds.ts";
import { associateRequest, commandElement, pdu, pdv, storeCommand, uid, us } from "./pdu-sender.ts";

/** Bytes for a connection, in the pieces they are written in; `accepted`: after the association was accepted. */
export interface PduMutant {
  readonly way: string;
  readonly accepted: boolean;
  readonly pieces: readonly Uint8Array[];
  /** Nothing is wrong with what was sent so far: the server may wait for the rest. */
  readonly mayWait: boolean;
}

type Random = () => number;

function below(random: Random, n: number): number {
  return Math.floor(random() * n);
}

function one<T>(random: Random, list: readonly T[]): T {
  return list[below(random, list.length)]!;
}

function noise(random: Random, n: number): Buffer {
  return Buffer.from(Array.from({ length: n }, () => below(random, 256)));
}

function flipped(random: Random, bytes: Uint8Array, n: number): Buffer {
  const out = Buffer.from(bytes);
  for (let k = 0; k < n; k++) out[below(random, out.length)]! ^= 1 << below(random, 8);
  return out;
}

const LENGTHS = [0, 1, 5, 67, 0x7fff, 0x20000, 0x7fffffff, 0xffffffff];

/** A request with `n` presentation contexts, right or wrong in number. */
function manyContexts(n: number): Buffer {
  const contexts = Array.from({ length: n }, (_, k) => {
    return { id: (2 * k + 1) & 0xff, abstractSyntax: "1.2.840.10008.1.1", transferSyntaxes: ["1.2.840.10008.1.2"] };
  });
  return associateRequest(contexts);
}

/** PDU mutant `number` of a seed, around a C-STORE that is right. */
export function pduMutant(kind: Kind, seed: number, number: number): PduMutant {
  const random = uniform((seed * 999_983 + number * 104_729 + 7) >>> 0);
  random();
  const context = { id: 1, abstractSyntax: kind.sopClass, transferSyntaxes: [kind.transferSyntax] };
  const request = associateRequest([context]);
  const command = storeCommand(kind.sopClass, kind.sopUid);
  const data = kind.file.subarray(kind.start);
  const store = [pdu(4, pdv(1, 3, command)), pdu(4, pdv(1, 2, data.subarray(0, 60_000)))];
  const opening = (way: string, ...pieces: Uint8Array[]): PduMutant => ({
    way,
    accepted: false,
    pieces,
    mayWait: true,
  });
  const open = (way: string, pieces: readonly Uint8Array[], mayWait = true): PduMutant => {
    return { way, accepted: true, pieces, mayWait };
  };
  const ways: (() => PduMutant)[] = [
    () => opening("noise", noise(random, 1 + below(random, 3000))),
    () => opening("a PDU type that does not exist", pdu(one(random, [0, 8, 0x47, 0xff]), noise(random, 20))),
    () => opening("length of the request", pdu(1, request.subarray(6), one(random, LENGTHS))),
    () => opening("flips in the request", flipped(random, request, one(random, [1, 4, 30]))),
    () => opening("request cut off", request.subarray(0, below(random, request.length))),
    () => opening("items of the request doubled", pdu(1, Buffer.concat([request.subarray(6), request.subarray(74)]))),
    () => opening("no contexts, or 200", manyContexts(one(random, [0, 129, 200, 2000]))),
    () =>
      opening("another AE title", associateRequest([context], "\0".repeat(16), one(random, ["NOBODY", "", "'; --"]))),
    () => opening("data before the association", ...store),
    () =>
      opening(
        "release, abort or accept first",
        pdu(one(random, [2, 3, 5, 6, 7]), Buffer.alloc(one(random, [4, 4, 0, 60]))),
      ),
    () => opening("two requests", request, request),
    () => open("another request", [request]),
    () => open("length of a data PDU", [pdu(4, pdv(1, 3, command), one(random, LENGTHS)), ...store]),
    () => open("length of a data value", [pdu(4, pdv(1, 3, command, one(random, LENGTHS)))]),
    () => open("a context that was not accepted", [pdu(4, pdv(one(random, [0, 2, 3, 255]), 3, command))]),
    () => open("control byte", [pdu(4, pdv(1, one(random, [0, 1, 2, 4, 0x7f, 0xff]), command)), store[1]!]),
    () => open("data without a command", [store[1]!]),
    () => open("command twice before its data", [store[0]!, store[0]!, store[1]!]),
    () =>
      open("command in the middle of the data", [
        store[0]!,
        pdu(4, pdv(1, 0, data.subarray(0, 100))),
        store[0]!,
        store[1]!,
      ]),
    () =>
      open(
        "command that never ends",
        Array.from({ length: 40 }, () => pdu(4, pdv(1, 1, Buffer.alloc(8000)))),
      ),
    () =>
      open("flips in the command", [pdu(4, pdv(1, 3, flipped(random, command, one(random, [1, 3, 10])))), store[1]!]),
    () => open("noise as a command", [pdu(4, pdv(1, 3, noise(random, 1 + below(random, 500))))]),
    () => open("command cut off", [pdu(4, pdv(1, 3, command.subarray(0, below(random, command.length)))), store[1]!]),
    () => open("empty values", [...Array.from({ length: 3000 }, () => pdu(4, pdv(1, 0, Buffer.alloc(0)))), ...store]),
    () => open("an empty PDU", [pdu(4, Buffer.alloc(0)), ...store]),
    () =>
      open("fields of the wrong length", [
        pdu(4, pdv(1, 3, Buffer.concat([commandElement(0x0100, us(1), one(random, LENGTHS)), command]))),
      ]),
    () =>
      open("a command that does not exist", [
        pdu(
          4,
          pdv(
            1,
            3,
            Buffer.concat([
              commandElement(0x0002, uid(kind.sopClass)),
              commandElement(0x0100, us(one(random, [0, 0x0002, 0x0099, 0x00ff, 0x7fff]))),
              commandElement(0x0110, us(7)),
              commandElement(0x0800, us(0x0101)),
            ]),
          ),
        ),
      ]),
    () =>
      open("a response that nobody waits for", [
        pdu(
          4,
          pdv(
            1,
            3,
            Buffer.concat([
              commandElement(0x0002, uid(kind.sopClass)),
              commandElement(0x0100, us(0x8001)),
              commandElement(0x0120, us(9)),
              commandElement(0x0800, us(one(random, [0, 0x0101]))),
              commandElement(0x0900, us(0)),
            ]),
          ),
        ),
        store[1]!,
      ]),
    () =>
      open("a SOP Instance UID that is none", [
        pdu(
          4,
          pdv(
            1,
            3,
            storeCommand(kind.sopClass, one(random, ["", "x".repeat(2000), "../../a", "1..2", "\u0001\u0002"])),
          ),
        ),
        store[1]!,
      ]),
    () =>
      open("a class other than that of the context", [
        pdu(4, pdv(1, 3, storeCommand("1.2.840.10008.5.1.4.1.1.481.3", kind.sopUid))),
        store[1]!,
      ]),
    () => open("data cut off by the end of the connection", [store[0]!, pdu(4, pdv(1, 0, data.subarray(0, 3000)))]),
    () =>
      open(
        "byte after byte",
        [...Buffer.concat(store).subarray(0, 400)].map((b) => Uint8Array.of(b)),
      ),
    () => open("release in the middle of the data", [store[0]!, pdu(5, Buffer.alloc(4)), store[1]!]),
    () =>
      open("abort in the middle of the data", [
        store[0]!,
        pdu(4, pdv(1, 0, data.subarray(0, 3000))),
        pdu(7, Buffer.alloc(4)),
      ]),
    () =>
      open("several values in one PDU, of two kinds", [
        pdu(4, Buffer.concat([pdv(1, 3, command), pdv(1, 2, data.subarray(0, 5000))])),
      ]),
    () =>
      open("cancel of nothing", [
        pdu(
          4,
          pdv(
            1,
            3,
            Buffer.concat([
              commandElement(0x0100, us(0x0fff)),
              commandElement(0x0120, us(3)),
              commandElement(0x0800, us(0x0101)),
            ]),
          ),
        ),
      ]),
    () => open("flips anywhere", [flipped(random, Buffer.concat(store), one(random, [1, 5, 50]))]),
  ];
  return ways[number % ways.length]!();
}
