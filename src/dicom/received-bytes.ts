/**
 * Bytes as a socket brings them, taken out in other cuts. What lies in one chunk comes out as a view of it; only what
 * spans chunks (heads, short PDUs) is copied.
 */
export class ReceivedBytes {
  #chunks: Uint8Array[] = [];
  #first = 0;
  #held = 0;

  /** Add what has come. */
  add(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#chunks.push(bytes);
    this.#held += bytes.length;
  }

  /** The first `n` bytes, left where they are; null when they have not all come. */
  peek(n: number): Uint8Array | null {
    if (this.#held < n) return null;
    const head = this.#chunks[this.#first];
    if (!head) return new Uint8Array(0);
    if (head.length >= n) return head.subarray(0, n);
    const out = new Uint8Array(n);
    let at = 0;
    for (let i = this.#first; at < n; i++) {
      const part = this.#chunks[i]!.subarray(0, n - at);
      out.set(part, at);
      at += part.length;
    }
    return out;
  }

  /** The first `n` bytes, taken out; null when they have not all come. */
  take(n: number): Uint8Array | null {
    const out = this.peek(n);
    if (out) this.#drop(n);
    return out;
  }

  /** What lies in one piece at the front, at most `most` bytes, taken out; null when nothing is there. */
  some(most: number): Uint8Array | null {
    const head = this.#chunks[this.#first];
    if (!head) return null;
    const out = head.subarray(0, most);
    this.#drop(out.length);
    return out;
  }

  #drop(n: number): void {
    this.#held -= n;
    for (let left = n; left > 0; ) {
      const head = this.#chunks[this.#first]!;
      if (head.length > left) {
        this.#chunks[this.#first] = head.subarray(left);
        return;
      }
      left -= head.length;
      this.#first++;
      if (this.#first === this.#chunks.length || this.#first > 64) {
        this.#chunks.splice(0, this.#first);
        this.#first = 0;
      }
    }
  }
}
