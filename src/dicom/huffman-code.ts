/** A Huffman code as JPEG writes it. */
export interface HuffmanCode {
  /** Number of codes of 1..16 bits. */
  readonly lengths: readonly number[];
  /** Symbols in the order of their codes. */
  readonly symbols: readonly number[];
  /** By symbol: `code << 5 | bits`; 0 for a symbol that does not occur. */
  readonly codes: Int32Array;
}

/**
 * The best code for symbols that occur `counts[symbol]` times (up to 256 symbols): no code longer than 16 bits, none of
 * ones alone. Symbols that do not occur get no code. Source: ITU-T T.81 annex K.2 and annex C.
 */
export function huffmanCode(counts: readonly number[]): HuffmanCode {
  const perLength = limited(depths(counts));
  const symbols = counts
    .map((count, symbol) => ({ count, symbol }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || a.symbol - b.symbol)
    .map(({ symbol }) => symbol);
  const codes = new Int32Array(counts.length);
  let code = 0;
  let k = 0;
  perLength.forEach((count, i) => {
    for (let n = 0; n < count; n++) codes[symbols[k++]!] = (code++ << 5) | (i + 1);
    code <<= 1;
  });
  return { lengths: perLength, symbols, codes };
}

/** How many leaves lie at each depth of the tree, with one more leaf of the least weight: its code is that of ones. */
function depths(counts: readonly number[]): number[] {
  interface Node {
    readonly weight: number;
    readonly leaves: readonly number[];
  }
  // Leaves are kept as their depths below the node: merging two nodes makes each one deeper.
  const nodes: Node[] = [{ weight: 0, leaves: [0] }];
  for (const count of counts) if (count > 0) nodes.push({ weight: count, leaves: [0] });
  while (nodes.length > 1) {
    nodes.sort((a, b) => b.weight - a.weight);
    const [a, b] = [nodes.pop()!, nodes.pop()!];
    nodes.push({ weight: a.weight + b.weight, leaves: [...a.leaves, ...b.leaves].map((depth) => depth + 1) });
  }
  const out: number[] = [];
  for (const depth of nodes[0]!.leaves) out[depth] = (out[depth] ?? 0) + 1;
  return Array.from(out, (n) => n ?? 0);
}

/** The depths as counts of 1..16 bits: deeper pairs move up as K.2 figure K.3 says; the code of ones is taken away. */
function limited(atDepth: readonly number[]): number[] {
  const n = Array.from({ length: Math.max(17, atDepth.length) }, (_, i) => atDepth[i] ?? 0);
  for (let i = n.length - 1; i > 16; i--) {
    while (n[i]! > 0) {
      let j = i - 2;
      while (n[j] === 0) j--;
      n[i]! -= 2;
      n[i - 1]! += 1;
      n[j + 1]! += 2;
      n[j]! -= 1;
    }
  }
  for (let i = 16; i > 0; i--) {
    if (n[i]! > 0) {
      n[i]! -= 1;
      break;
    }
  }
  return n.slice(1, 17);
}
