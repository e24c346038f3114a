/** The character sets of one data set, as Specific Character Set (0008,0005) names them; see `charsetOf`. */
export interface Charset {
  /** Values of (0008,0005), e.g. `["", "ISO 2022 IR 87"]`. */
  readonly terms: readonly string[];
  /** One decoder for the whole value (UTF-8, GB18030, GBK), else null: code extension or a single-byte set. */
  readonly whole: TextDecoder | null;
  /** Whether escape sequences switch sets (ISO 2022). */
  readonly extended: boolean;
  readonly g0: CodeTable;
  readonly g1: CodeTable;
}

/** A coded character set in G0 or G1: bytes per character and how to turn them into text. */
interface CodeTable {
  readonly width: 1 | 2;
  readonly decode: (bytes: number[]) => string;
}

const decoders = new Map<string, TextDecoder>();
function decoder(label: string): TextDecoder {
  let found = decoders.get(label);
  if (!found) {
    found = new TextDecoder(label);
    decoders.set(label, found);
  }
  return found;
}

const latin1: CodeTable = { width: 1, decode: (b) => String.fromCharCode(...b) };
function single(label: string): CodeTable {
  return { width: 1, decode: (b) => decoder(label).decode(Uint8Array.from(b)) };
}
/** A 94x94 set, as the same rows of an EUC code (both bytes with the high bit), with a lead byte for EUC-JP. */
function euc(label: string, width: 1 | 2, lead?: number): CodeTable {
  const decode = (b: number[]): string => {
    const coded: number[] = [];
    for (let i = 0; i < b.length; i += width) {
      if (lead !== undefined) coded.push(lead);
      for (let j = i; j < Math.min(i + width, b.length); j++) coded.push(b[j]! | 0x80);
    }
    return decoder(label).decode(Uint8Array.from(coded));
  };
  return { width, decode };
}

const KATAKANA = euc("euc-jp", 1, 0x8e);
const JIS_X_0208 = euc("euc-jp", 2);
const JIS_X_0212 = euc("euc-jp", 2, 0x8f);
const KS_X_1001 = euc("euc-kr", 2);
const GB_2312 = euc("gb18030", 2);

/** G1 sets by the number in `ISO_IR n` and `ISO 2022 IR n` (PS3.3 C.12.1.1.2). */
const BY_IR: Readonly<Record<string, CodeTable>> = {
  "6": latin1,
  "13": KATAKANA,
  "58": GB_2312,
  "87": JIS_X_0208,
  "100": latin1,
  "101": single("iso-8859-2"),
  "109": single("iso-8859-3"),
  "110": single("iso-8859-4"),
  "126": single("iso-8859-7"),
  "127": single("iso-8859-6"),
  "138": single("iso-8859-8"),
  "144": single("iso-8859-5"),
  "148": single("windows-1254"),
  "149": KS_X_1001,
  "159": JIS_X_0212,
  "166": single("windows-874"),
  "203": single("iso-8859-15"),
};

/** Escape sequences without the ESC itself (PS3.3 tables C.12-3 and C.12-4): which half, which set. */
const ESCAPES: Readonly<Record<string, { half: 0 | 1; table: CodeTable }>> = {
  "(B": { half: 0, table: latin1 },
  "(J": { half: 0, table: latin1 },
  ")I": { half: 1, table: KATAKANA },
  $B: { half: 0, table: JIS_X_0208 },
  "$@": { half: 0, table: JIS_X_0208 },
  "$(D": { half: 0, table: JIS_X_0212 },
  "$)C": { half: 1, table: KS_X_1001 },
  "$)A": { half: 1, table: GB_2312 },
  "-A": { half: 1, table: latin1 },
  "-B": { half: 1, table: BY_IR["101"]! },
  "-C": { half: 1, table: BY_IR["109"]! },
  "-D": { half: 1, table: BY_IR["110"]! },
  "-F": { half: 1, table: BY_IR["126"]! },
  "-G": { half: 1, table: BY_IR["127"]! },
  "-H": { half: 1, table: BY_IR["138"]! },
  "-L": { half: 1, table: BY_IR["144"]! },
  "-M": { half: 1, table: BY_IR["148"]! },
  "-T": { half: 1, table: BY_IR["166"]! },
  "-b": { half: 1, table: BY_IR["203"]! },
};

/** ISO 646 plus Latin-1 above: what a data set without Specific Character Set is read as. */
export const DEFAULT_CHARSET: Charset = { terms: [], whole: null, extended: false, g0: latin1, g1: latin1 };

/**
 * The character sets named by the values of (0008,0005). Terms are read with the usual slips (`ISO IR 100`,
 * `ISO-2022-IR 6`, lower case); an unknown term is read as Latin-1. Two or more values, or one `ISO 2022 IR` term,
 * mean that escape sequences switch sets. Source: PS3.3 C.12.1.1.2, PS3.5 6.1.2.
 */
export function charsetOf(terms: readonly string[]): Charset {
  const tidy = terms.map((t) =>
    t
      .trim()
      .toUpperCase()
      .replace(/[-_ ]+/g, " "),
  );
  const first = tidy[0] ?? "";
  if (tidy.length === 0 || (tidy.length === 1 && (first === "" || first === "ISO IR 6"))) {
    return tidy.length === 0 ? DEFAULT_CHARSET : { ...DEFAULT_CHARSET, terms };
  }
  const whole = /^ISO IR 192$|^UTF 8$/.test(first) ? "utf-8" : /^(GB18030|GBK)$/.test(first) ? "gb18030" : null;
  const ir = /^ISO(?: 2022)? IR (\d+)$/.exec(first)?.[1];
  const set = (ir === undefined ? undefined : BY_IR[ir]) ?? latin1;
  const extended = tidy.length > 1 || first.startsWith("ISO 2022");
  const isG0 = set === JIS_X_0208 || set === JIS_X_0212;
  return { terms, whole: whole ? decoder(whole) : null, extended, g0: latin1, g1: isG0 ? latin1 : set };
}

function isAscii(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) {
    const b = bytes[i]!;
    if (b >= 0x80 || b === 0x1b) return false;
  }
  return true;
}

/** Bytes as ISO 8859-1, one character each; right for all text that is outside Specific Character Set. */
export function latin1Text(bytes: Uint8Array): string {
  // apply, not spread: every text of every header passes here, and spreading walks an iterator
  const text = (part: Uint8Array): string => String.fromCharCode.apply(null, part as unknown as number[]);
  if (bytes.length <= 4096) return text(bytes);
  let out = "";
  for (let i = 0; i < bytes.length; i += 4096) out += text(bytes.subarray(i, i + 4096));
  return out;
}

/**
 * A text value as Unicode, all its backslash-separated values together. `personName` makes `^` and `=` reset the
 * code extension, as line ends and the backslash always do (PS3.5 6.1.2.5.3). Bytes that are no text in the set
 * become U+FFFD; nothing throws.
 */
export function decodeText(bytes: Uint8Array, charset: Charset, personName = false): string {
  if (isAscii(bytes)) return latin1Text(bytes);
  if (charset.whole) return charset.whole.decode(bytes);
  if (!charset.extended && charset.g1 === latin1) return latin1Text(bytes);
  return decodeExtended(bytes, charset, personName);
}

function decodeExtended(bytes: Uint8Array, charset: Charset, personName: boolean): string {
  let out = "";
  let [g0, g1] = [charset.g0, charset.g1];
  let run: number[] = [];
  let table = g0;
  const flush = (): void => {
    if (run.length > 0) out += table.decode(run);
    run = [];
  };
  const take = (from: CodeTable, at: number): number => {
    if (table !== from || run.length > 4096) flush();
    table = from;
    const width = Math.min(from.width, bytes.length - at);
    for (let k = 0; k < width; k++) run.push(bytes[at + k]!);
    return at + width;
  };
  for (let i = 0; i < bytes.length; ) {
    const b = bytes[i]!;
    if (b === 0x1b) {
      const length = bytes[i + 1] === 0x24 && (bytes[i + 2] === 0x28 || bytes[i + 2] === 0x29) ? 3 : 2;
      const shift = ESCAPES[String.fromCharCode(...bytes.subarray(i + 1, i + 1 + length))];
      if (shift) {
        flush();
        if (shift.half === 0) g0 = shift.table;
        else g1 = shift.table;
        i += 1 + length;
        continue;
      }
    }
    const separator = b === 0x5c || (personName && (b === 0x5e || b === 0x3d));
    if (b < 0x20 || (separator && g0.width === 1)) {
      i = take(latin1, i);
      [g0, g1] = [charset.g0, charset.g1];
      continue;
    }
    i = take(b < 0x80 ? g0 : g1, i);
  }
  flush();
  return out;
}
