/** Corner c of a cell lies at (c & 1, c >> 1 & 1, c >> 2). */
const FACES = [
  [0, 4, 6, 2],
  [1, 3, 7, 5],
  [0, 1, 5, 4],
  [2, 6, 7, 3],
  [0, 2, 3, 1],
  [4, 5, 7, 6],
] as const;

/** The twelve edges of a cell as pairs of corners, lower corner first. Edges 0..3 run along i, 4..7 along j, 8..11 along k. */
export const CELL_EDGES: readonly (readonly [number, number])[] = [
  [0, 1],
  [2, 3],
  [4, 5],
  [6, 7],
  [0, 2],
  [1, 3],
  [4, 6],
  [5, 7],
  [0, 4],
  [1, 5],
  [2, 6],
  [3, 7],
];

function edgeOf(a: number, b: number): number {
  return CELL_EDGES.findIndex(([p, q]) => (p === a && q === b) || (p === b && q === a));
}

/**
 * The triangles of each of the 256 ways in which the corners of a cell can lie inside: triples of edge numbers, seen
 * counter-clockwise from outside. Bit c of the case is set when corner c is inside.
 * On every face the inside corners that touch only by the diagonal are kept apart; as that depends on nothing but the
 * face, two cells that share it agree and the surface has no gaps. A polygon is cut without using a diagonal that lies
 * in a face where it can be, so that no edge belongs to four triangles.
 * Source: the faces are walked and joined here, no table was taken over; the idea is Lorensen and Cline 1987,
 * doi:10.1145/37402.37422.
 */
export function cubeCases(): readonly (readonly number[])[] {
  return Array.from({ length: 256 }, (_, inside) => polygons(inside).flatMap(triangles));
}

/** The closed polygons of one case, as edge numbers. */
function polygons(inside: number): number[][] {
  const next = new Map<number, number>();
  for (const face of FACES) {
    for (let c = 0; c < 4; c++) {
      const before = face[(c + 3) % 4];
      if (!is(inside, face[c]) || is(inside, before)) continue;
      let last = c;
      while (is(inside, face[(last + 1) % 4])) last++;
      next.set(edgeOf(before, face[c]), edgeOf(face[last % 4], face[(last + 1) % 4]));
    }
  }
  const out: number[][] = [];
  while (next.size > 0) {
    const loop: number[] = [];
    let edge = next.keys().next().value as number;
    for (let to = next.get(edge); to !== undefined; to = next.get(edge)) {
      loop.push(edge);
      next.delete(edge);
      edge = to;
    }
    out.push(loop);
  }
  return out;
}

function is(inside: number, corner: number): boolean {
  return ((inside >> corner) & 1) === 1;
}

function onOneFace(a: number, b: number): boolean {
  const corners = [...CELL_EDGES[a], ...CELL_EDGES[b]];
  return FACES.some((face) => corners.every((corner) => (face as readonly number[]).includes(corner)));
}

/** Cuts a polygon by ears, those whose diagonal lies inside the cell first. */
function triangles(loop: readonly number[]): number[] {
  const search = (rest: readonly number[], strict: boolean): number[] | undefined => {
    if (rest.length === 3) return [...rest];
    for (let c = 0; c < rest.length; c++) {
      const before = rest[(c + rest.length - 1) % rest.length];
      const after = rest[(c + 1) % rest.length];
      if (strict && onOneFace(before, after)) continue;
      const more = search(
        rest.filter((_, at) => at !== c),
        strict,
      );
      if (more) return [before, rest[c], after, ...more];
    }
    return undefined;
  };
  return search(loop, true) ?? search(loop, false) ?? [];
}
