const NULL = -1;

/**
 * Makes a column of values into a parameter for `unnest`, as PostgreSQL takes arrays in binary: no text is built, quoted
 * and read again. `size` and `write` are of one value that is not null.
 */
function column<T>(
  elementType: number,
  size: (value: T) => number,
  write: (into: Buffer, value: T, at: number) => unknown,
): (values: readonly (T | null)[]) => Buffer {
  return (values) => {
    const sizes = values.map((value) => (value === null ? NULL : size(value)));
    const out = Buffer.allocUnsafe(sizes.reduce((sum, one) => sum + 4 + Math.max(0, one), 20));
    out.writeInt32BE(values.length === 0 ? 0 : 1, 0); // dimensions
    out.writeInt32BE(sizes.includes(NULL) ? 1 : 0, 4);
    out.writeInt32BE(elementType, 8);
    out.writeInt32BE(values.length, 12);
    out.writeInt32BE(1, 16); // the first index
    let at = 20;
    for (let i = 0; i < values.length; i++) {
      out.writeInt32BE(sizes[i]!, at);
      at += 4;
      const value = values[i];
      if (value === null || value === undefined) continue;
      write(out, value, at);
      at += sizes[i]!;
    }
    return values.length === 0 ? out.subarray(0, 12) : out;
  };
}

const DAY_MS = 86_400_000;
const EPOCH = Date.UTC(2000, 0, 1);

/** Columns by type; the numbers are those of pg_type, the same in every PostgreSQL. Null is null. */
export const columnOf = {
  text: column<string>(25, Buffer.byteLength, (into, value, at) => into.write(value, at)),
  /** JSON as text. */
  jsonb: column<string>(
    3802,
    (value) => 1 + Buffer.byteLength(value),
    (into, value, at) => into.write(value, into.writeUInt8(1, at)), // the version of the format
  ),
  bytea: column<Uint8Array>(
    17,
    (value) => value.length,
    (into, value, at) => into.set(value, at),
  ),
  int4: column<number>(
    23,
    () => 4,
    (into, value, at) => into.writeInt32BE(value, at),
  ),
  int8: column<number>(
    20,
    () => 8,
    (into, value, at) => into.writeBigInt64BE(BigInt(value), at),
  ),
  uuid: column<string>(
    2950,
    () => 16,
    (into, value, at) => into.write(value.replaceAll("-", ""), at, "hex"),
  ),
  /** YYYY-MM-DD. */
  date: column<string>(
    1082,
    () => 4,
    (into, value, at) => into.writeInt32BE((Date.parse(`${value}T00:00:00Z`) - EPOCH) / DAY_MS, at),
  ),
};
