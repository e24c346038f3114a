/** A Huffman table of a JPEG stream, with a look-up of the first nine bits (ITU-T T.81 annex C and F.2.2.3). */
export interface HuffmanTable {
  /** Index: nine bits; value: length << 8 | symbol, 0 when the code is longer. */
  readonly fast: Uint16Array;
  readonly maxCode: Int32Array;
  readonly offset: Int32Array;
  readonly symbols: Uint8Array;
}

const FAST = 9;

/** A table from its 16 code counts and its symbols. */
export function huffmanTable(counts: Uint8Array, symbols: Uint8Array): HuffmanTable {
  const fast = new Uint16Array(1 << FAST);
  const maxCode = new Int32Array(18).fill(-1);
  const offset = new Int32Array(18);
  let code = 0;
  let k = 0;
  for (let length = 1; length <= 16; length++) {
    offset[length] = k - code;
    for (let i = 0; i < counts[length - 1]! && k < symbols.length; i++, k++, code++) {
      if (length > FAST) continue;
      const first = code << (FAST - length);
      fast.fill((length << 8) | symbols[k]!, first, first + (1 << (FAST - length)));
    }
    maxCode[length] = counts[length - 1]! > 0 ? code - 1 : -1;
    code <<= 1;
  }
  return { fast, maxCode, offset, symbols };
}

/** Bits of an entropy-coded segment: undoes byte stuffing, stops at a marker and then gives zeros. */
export class BitReader {
  readonly data: Uint8Array;
  pos: number;
  #bits = 0;
  #count = 0;
  /** Bits given beyond the end of the segment; many mean that the stream is damaged. */
  overrun = 0;

  constructor(data: Uint8Array, pos: number) {
    this.data = data;
    this.pos = pos;
  }

  #fill(): void {
    while (this.#count <= 16) {
      let byte = 0;
      if (this.pos < this.data.length && !(this.data[this.pos] === 0xff && this.data[this.pos + 1] !== 0)) {
        byte = this.data[this.pos]!;
        this.pos += byte === 0xff ? 2 : 1;
      } else this.overrun += 8;
      this.#bits = ((this.#bits << 8) | byte) & 0x3fffffff;
      this.#count += 8;
    }
  }

  /** The next n bits, 0..16, as an unsigned number. */
  read(n: number): number {
    if (n === 0) return 0;
    if (this.#count < n) this.#fill();
    this.#count -= n;
    return (this.#bits >> this.#count) & ((1 << n) - 1);
  }

  bit(): number {
    if (this.#count < 1) this.#fill();
    this.#count--;
    return (this.#bits >> this.#count) & 1;
  }

  /** The next symbol of a table; a code that does not exist gives 0 and counts as overrun. */
  symbol(table: HuffmanTable): number {
    if (this.#count < 16) this.#fill();
    const hit = table.fast[(this.#bits >> (this.#count - FAST)) & ((1 << FAST) - 1)]!;
    if (hit !== 0) {
      this.#count -= hit >> 8;
      return hit & 0xff;
    }
    for (let length = FAST + 1; length <= 16; length++) {
      const code = (this.#bits >> (this.#count - length)) & ((1 << length) - 1);
      if (code <= table.maxCode[length]!) {
        this.#count -= length;
        return table.symbols[code + table.offset[length]!] ?? 0;
      }
    }
    this.overrun += 16;
    this.#count -= 16;
    return 0;
  }

  /** n bits as a signed difference (T.81 F.2.2.1 EXTEND); n = 16 stands for 32768 alone (H.1.2.2). */
  signed(n: number): number {
    if (n === 0) return 0;
    if (n === 16) return 32768;
    const v = this.read(n);
    return v < 1 << (n - 1) ? v - (1 << n) + 1 : v;
  }

  /** Drop what is left of the byte and step over a restart marker, if one follows. */
  restart(): void {
    this.#count = 0;
    this.#bits = 0;
    const { data } = this;
    while (this.pos + 1 < data.length && !(data[this.pos] === 0xff && data[this.pos + 1]! >= 0xc0)) this.pos++;
    if (data[this.pos + 1]! >= 0xd0 && data[this.pos + 1]! <= 0xd7) this.pos += 2;
  }
}
