/** A queue that gives back the item of the least cost first. Items are whole numbers; one may be put in more than once. */
export class CostQueue {
  #cost = new Float64Array(1024);
  #item = new Int32Array(1024);
  size = 0;

  push(item: number, cost: number): void {
    if (this.size === this.#cost.length) {
      const [c, i] = [new Float64Array(2 * this.size), new Int32Array(2 * this.size)];
      c.set(this.#cost);
      i.set(this.#item);
      [this.#cost, this.#item] = [c, i];
    }
    const [c, i] = [this.#cost, this.#item];
    let n = this.size++;
    while (n > 0) {
      const up = (n - 1) >> 1;
      if (c[up] <= cost) break;
      c[n] = c[up];
      i[n] = i[up];
      n = up;
    }
    c[n] = cost;
    i[n] = item;
  }

  /** The item of the least cost, or -1 when there is none. `cost` of it is in `lastCost`. */
  pop(): number {
    if (this.size === 0) return -1;
    const [c, i] = [this.#cost, this.#item];
    const item = i[0];
    this.lastCost = c[0];
    const [cost, last] = [c[--this.size], i[this.size]];
    let n = 0;
    for (let down = 1; down < this.size; down = 2 * n + 1) {
      if (down + 1 < this.size && c[down + 1] < c[down]) down++;
      if (c[down] >= cost) break;
      c[n] = c[down];
      i[n] = i[down];
      n = down;
    }
    c[n] = cost;
    i[n] = last;
    return item;
  }

  lastCost = 0;
}
