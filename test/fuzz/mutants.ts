import { uniform } from "../../src/core/random.ts";
import { TS, transferSyntaxOf } from "../../src/dicom/transfer-syntax.ts";
import type { Kind } from "./kinds.ts";
import { EXPLICIT_LITTLE, element, item, type Place, places, str, UNDEFINED } from "./raw-elements.ts";

/** A file that is wrong in one way. The same seed and number make the same one: see `mutant`. */
export interface Mutant {
  readonly number: number;
  readonly way: string;
  readonly kind: Kind;
  readonly file: Buffer;
  /** What it is called where it still can be read. */
  readonly sopUid: string;
  /** Where its data set begins, as far as that can be said. */
  readonly start: number;
}

type Random = () => number;

class Dice {
  readonly random: Random;
  constructor(seed: number) {
    this.random = uniform(seed);
  }
  below(n: number): number {
    return Math.floor(this.random() * n);
  }
  between(from: number, to: number): number {
    return from + this.below(Math.max(1, to - from));
  }
  one<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
  bytes(n: number): Buffer {
    return Buffer.from(Array.from({ length: n }, () => this.below(256)));
  }
}

type Way = (kind: Kind, file: Buffer, dice: Dice) => Buffer | null;

function insert(file: Buffer, at: number, bytes: Uint8Array, remove = 0): Buffer {
  return Buffer.concat([file.subarray(0, at), bytes, file.subarray(at + remove)]);
}

function flips(count: (dice: Dice) => number, from: (kind: Kind) => number, to: (kind: Kind) => number): Way {
  return (kind, file, dice) => {
    for (let n = count(dice); n > 0; n--) file[dice.between(from(kind), to(kind))]! ^= 1 << dice.below(8);
    return file;
  };
}

/** Where a top-level element begins; null when the kind cannot be walked. */
function place(kind: Kind, file: Buffer, dice: Dice, accept: (p: Place) => boolean = () => true): Place | null {
  const { explicit, bigEndian, deflated } = transferSyntaxOf(kind.transferSyntax);
  if (!explicit || bigEndian || deflated) return null;
  const found = places(file, kind.start).filter((p) => p.tag < 0x7fe00008 && accept(p));
  return found.length > 0 ? dice.one(found) : null;
}

const LENGTHS = [0, 1, 3, 0x7fff, 0xfffe, 0xffff, 0x7ffffffe, 0xfffffffe, UNDEFINED];
const VRS = ["AE", "AT", "DS", "FD", "IS", "OB", "PN", "SQ", "UL", "UN", "US", "UT", "XX", "\0\0", "OV", "sq"];
const CHARSETS = [
  "ISO 2022 IR 87",
  "ISO 2022 IR 149",
  "\\ISO 2022 IR 87",
  "GB18030",
  "ISO_IR 192",
  "NO_SUCH",
  "\\\\\\",
];
const NUMBERS: readonly (readonly [number, string])[] = [
  [0x00280010, "US"],
  [0x00280011, "US"],
  [0x00280002, "US"],
  [0x00280100, "US"],
  [0x00280101, "US"],
  [0x00280102, "US"],
  [0x00280103, "US"],
  [0x00280006, "US"],
];

/** An element in the place of another of its tag, or where it belongs by order. */
function put(kind: Kind, file: Buffer, tag: number, vr: string, value: Uint8Array): Buffer | null {
  const { explicit, bigEndian, deflated } = transferSyntaxOf(kind.transferSyntax);
  if (!explicit || bigEndian || deflated) return null;
  const found = places(file, kind.start);
  const same = found.find((p) => p.tag === tag);
  if (same) return insert(file, same.at, element(tag, vr, value), same.valueAt - same.at + same.length);
  const next = found.find((p) => p.tag > tag);
  return insert(file, next?.at ?? file.length, element(tag, vr, value));
}

function written(file: Buffer, value: number, at: number): Buffer {
  file.writeUInt32LE(value, at);
  return file;
}

/** The beginning of sequences in sequences, `depth` of them; `defined`: each says how long it is. */
export function nested(depth: number, defined: boolean): Buffer {
  const sequence = 0x00400275;
  if (!defined) {
    const one = Buffer.concat([element(sequence, "SQ", Buffer.alloc(0), EXPLICIT_LITTLE, UNDEFINED), item(UNDEFINED)]);
    return Buffer.concat([Buffer.alloc(depth * one.length, one)]);
  }
  const step = 20; // bytes: head of the sequence and of its item
  const out = Buffer.alloc(depth * step);
  for (let k = 0; k < depth; k++) {
    const inside = (depth - k) * step;
    const head = element(sequence, "SQ", Buffer.alloc(0), EXPLICIT_LITTLE, inside - 12);
    Buffer.concat([head, item(inside - 20)]).copy(out, k * step);
  }
  return out;
}

const TEXTS: readonly ((dice: Dice) => Buffer)[] = [
  () => str("\\".repeat(30_000)),
  () => str("A^B=".repeat(16_000)),
  (dice) => dice.bytes(2 * dice.between(1, 500)),
  () => Buffer.from("\x1b$B\x1b(B\x1b$)C\x1b\x1b$(D\xff\xfe\x1b", "latin1"),
  () => str("1e999\\-1e999\\NaN\\0x41\\99999999999999999999999"),
  () => str("20261332\\00000000\\99999999-\\-"),
  () => str("a\0b\0c\0"),
  () => str("1.2.".repeat(200)),
  () => str("../../../../etc/passwd\0"),
  () => str("'; drop table instance; --"),
  () => Buffer.from("\u{1f600}\ud7ff\u0000\uffff", "utf8"),
];

/** Every way of being wrong, with how often it comes. */
const WAYS: readonly (readonly [name: string, weight: number, way: Way])[] = [
  [
    "flip in the header",
    22,
    flips(
      (d) => d.one([1, 4, 16]),
      () => 132,
      (k) => k.pixelsAt,
    ),
  ],
  [
    "flip anywhere",
    12,
    flips(
      (d) => d.one([1, 16, 64]),
      () => 0,
      (k) => k.file.length,
    ),
  ],
  [
    "flip in the pixels",
    6,
    flips(
      (d) => d.one([1, 8, 64]),
      (k) => k.pixelsAt,
      (k) => k.file.length,
    ),
  ],
  [
    "cut off",
    12,
    (kind, file, dice) =>
      file.subarray(
        0,
        dice.one([dice.below(400), dice.between(132, kind.pixelsAt), dice.between(kind.pixelsAt, file.length)]),
      ),
  ],
  [
    "length of an element",
    8,
    (kind, file, dice) => {
      const at = place(kind, file, dice);
      if (!at) return null;
      const long = at.valueAt - at.at === 12;
      if (long) file.writeUInt32LE(dice.one(LENGTHS), at.at + 8);
      else file.writeUInt16LE(dice.one(LENGTHS) & 0xffff, at.at + 6);
      return file;
    },
  ],
  [
    "length of the pixels",
    4,
    (kind, file, dice) => {
      if (kind.pixelsAt + 12 > file.length) return null;
      file.writeUInt32LE(dice.one(LENGTHS), kind.pixelsAt + 8);
      return file;
    },
  ],
  [
    "VR",
    6,
    (kind, file, dice) => {
      const at = place(kind, file, dice);
      if (!at) return null;
      file.write(dice.one(VRS), at.at + 4, "latin1");
      return file;
    },
  ],
  [
    "duplicate element",
    3,
    (kind, file, dice) => {
      const at = place(kind, file, dice, (p) => p.length < 1000);
      if (!at) return null;
      const copy = file.subarray(at.at, at.valueAt + at.length);
      return insert(file, at.at, Buffer.alloc(copy.length * dice.one([1, 2, 500]), copy));
    },
  ],
  [
    "elements out of order",
    2,
    (kind, file, dice) => {
      const [a, b] = [place(kind, file, dice), place(kind, file, dice)];
      if (!a || !b || a.length > 5000) return null;
      return insert(file, b.at, file.subarray(a.at, a.valueAt + a.length));
    },
  ],
  [
    "text value",
    8,
    (kind, file, dice) => {
      const tag = dice.one([
        0x00100010, 0x00100020, 0x00080050, 0x00081030, 0x00080020, 0x0020000e, 0x0020000d, 0x00201041, 0x00280008,
      ]);
      const vr = { 1048592: "PN", 524320: "DA", 2097166: "UI", 2097165: "UI", 2621448: "IS" }[tag] ?? "LO";
      return put(kind, file, tag, vr, dice.one(TEXTS)(dice).subarray(0, 0xfffe));
    },
  ],
  [
    "character set",
    3,
    (kind, file, dice) => {
      const named = put(kind, file, 0x00080005, "CS", str(dice.one(CHARSETS)));
      return named && put(kind, named, 0x00100010, "PN", dice.bytes(60));
    },
  ],
  [
    "pixel description",
    6,
    (kind, file, dice) => {
      const [tag, vr] = dice.one(NUMBERS);
      const value = Buffer.alloc(2);
      value.writeUInt16LE(dice.one([0, 1, 2, 3, 7, 13, 15, 64, 0x7fff, 0xffff]));
      return put(kind, file, tag, vr, value);
    },
  ],
  [
    "number of frames",
    2,
    (kind, file, dice) => put(kind, file, 0x00280008, "IS", str(dice.one(["0", "-1", "2147483647", "1e9", "", "two"]))),
  ],
  [
    "fragments",
    5,
    (kind, file, dice) => {
      if (!transferSyntaxOf(kind.transferSyntax).encapsulated || kind.pixelsAt + 30 > file.length) return null;
      const table = kind.pixelsAt + 12;
      return dice.one([
        () => written(file, dice.one(LENGTHS), table + 4), // length of the offset table
        () => insert(file, table + 8, dice.bytes(dice.between(1, 9)), 0),
        () => written(file, dice.below(2 ** 31), table + 8), // an offset in it, or the first fragment
        () => insert(file, table, Buffer.alloc(8 * 20_000, item(0))), // empty fragments
        () => file.subarray(0, file.length - 8), // no delimiter
        () => insert(file, file.length - 8, item(dice.one(LENGTHS))),
      ])();
    },
  ],
  [
    "nested sequences",
    3,
    (kind, file, dice) => {
      if (kind.start > file.length) return null;
      const depth = dice.one([10, 70, 1000, 1000, 100_000]);
      return insert(file, dice.one([kind.pixelsAt, file.length]), nested(depth, dice.random() < 0.5));
    },
  ],
  [
    "undefined length without an end",
    2,
    (kind, file, dice) => {
      const head = element(
        dice.one([0x00081140, 0x00400275, 0x00091010]),
        dice.one(["SQ", "UN", "OB", "LO"]),
        Buffer.alloc(0),
        EXPLICIT_LITTLE,
        UNDEFINED,
      );
      return insert(file, kind.pixelsAt, dice.random() < 0.5 ? head : Buffer.concat([head, item(UNDEFINED)]));
    },
  ],
  [
    "a million items",
    1,
    (kind, file, dice) => {
      const items = Buffer.alloc(8 * dice.one([1000, 100_000]), item(0));
      return insert(file, kind.pixelsAt, element(0x00081140, "SQ", items));
    },
  ],
  [
    "file head",
    4,
    (kind, file, dice) => {
      const at = file.indexOf(kind.transferSyntax, 132, "latin1");
      const other = dice.one([
        TS.ExplicitBig,
        TS.DeflatedLittle,
        TS.ImplicitLittle,
        TS.RleLossless,
        TS.JpegBaseline,
        "9.9.9",
        "",
      ]);
      return insert(
        file,
        at,
        str(other.padEnd(kind.transferSyntax.length, "\0").slice(0, kind.transferSyntax.length)),
        kind.transferSyntax.length,
      );
    },
  ],
  [
    "garbage",
    2,
    (kind, file, dice) =>
      dice.one([
        () => Buffer.alloc(0),
        () => Buffer.concat([Buffer.alloc(128), Buffer.from("DICM")]),
        () => dice.bytes(2000),
        () => Buffer.concat([file.subarray(0, 132), Buffer.alloc(4000, 0xff)]),
        () => Buffer.concat([file.subarray(0, kind.start), dice.bytes(3000)]),
        () => Buffer.concat([file, dice.bytes(300)]),
        () => Buffer.from("%PDF-1.4 this is no DICOM"),
      ])(),
  ],
  ["nothing wrong", 1, (_, file) => file],
];

const TOTAL = WAYS.reduce((sum, [, weight]) => sum + weight, 0);

/** Mutant `number` of a seed: kind, way and bytes come from these two numbers alone. */
export function mutant(kinds: readonly Kind[], seed: number, number: number): Mutant {
  const dice = new Dice((seed * 1_000_003 + number * 7919 + 1) >>> 0);
  dice.random();
  for (;;) {
    const kind = dice.one(kinds);
    const file = Buffer.from(kind.file);
    const sopUid = dice.random() < 0.9 ? renamed(kind, file, `${seed}${String(number).padStart(7, "0")}`) : kind.sopUid;
    let left = dice.below(TOTAL);
    const [way, , change] = WAYS.find(([, weight]) => {
      left -= weight;
      return left < 0;
    })!;
    const changed = change(kind, file, dice);
    if (changed) return { number, way, kind, file: changed, sopUid, start: Math.min(kind.start, changed.length) };
  }
}

/** Another SOP Instance UID of the same length; the old one where its bytes cannot be found (deflated). */
function renamed(kind: Kind, file: Buffer, digits: string): string {
  if (kind.sopUid.length < digits.length + 6 || file.indexOf(kind.sopUid, kind.start, "latin1") < 0) return kind.sopUid;
  const other = kind.sopUid.slice(0, -digits.length) + digits;
  if (/\.0\d/.test(other)) return kind.sopUid; // a component must not begin with zero
  for (let at = file.indexOf(kind.sopUid); at >= 0; at = file.indexOf(kind.sopUid, at + 1))
    file.write(other, at, "latin1");
  return other;
}
