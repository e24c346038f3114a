/** The middle value of a list (upper of the two when even), by selection; the list is reordered. 0 when empty. */
export function middleOf(list: Float64Array): number {
  const k = list.length >> 1;
  if (list.length === 0) return 0;
  let [low, high] = [0, list.length - 1];
  while (low < high) {
    const pivot = list[(low + high) >> 1];
    let [i, j] = [low, high];
    while (i <= j) {
      while (list[i] < pivot) i++;
      while (list[j] > pivot) j--;
      if (i > j) break;
      const kept = list[i];
      list[i++] = list[j];
      list[j--] = kept;
    }
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else break;
  }
  return list[k];
}

/** Robust standard deviation about `middle`: 1.4826 times the middle absolute deviation; the list is overwritten. */
export function spreadOf(list: Float64Array, middle: number): number {
  for (let k = 0; k < list.length; k++) list[k] = Math.abs(list[k] - middle);
  return 1.4826 * middleOf(list);
}
