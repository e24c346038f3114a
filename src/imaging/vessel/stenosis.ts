/** A length or an area with its standard deviation; `along`: where on the vessel, in the unit of its curve. */
export interface Sized {
  readonly value: number;
  readonly sd: number;
  readonly along?: number;
}

/** What the narrowest place is compared with. */
export interface StenosisSizes {
  readonly narrowest: Sized;
  /** The vessel before the narrowing, where its walls are parallel. */
  readonly proximal?: Sized | undefined;
  /** The vessel beyond the narrowing, past any dilatation behind it, where its walls are parallel. */
  readonly distal?: Sized | undefined;
  /** The lumen that was once at the narrowest place: outlined by the reader, or interpolated between the references. */
  readonly original?: Sized | undefined;
}

export type StenosisMethod = "NASCET" | "ECST" | "WASID" | "area";

/** One degree of stenosis, its method named. */
export interface Stenosis {
  readonly method: StenosisMethod;
  /** Null where a size it needs is missing; `reason` then says which. */
  readonly percent: number | null;
  /** Standard deviation in percentage points, from the errors of both sizes; a common scale does not enter. */
  readonly sd: number | null;
  readonly formula: string;
  readonly reason?: string;
}

/** The four ways in which a stenosis is told, in the order in which they are shown. */
export const STENOSIS_METHODS: readonly StenosisMethod[] = ["NASCET", "ECST", "WASID", "area"];

const NEEDS: Readonly<Record<StenosisMethod, readonly [keyof StenosisSizes, string, string]>> = {
  NASCET: ["distal", "1 - narrowest / distal reference", "a distal reference beyond the stenosis"],
  ECST: [
    "original",
    "1 - narrowest / estimated original lumen there",
    "the original lumen, or references on both sides",
  ],
  WASID: ["proximal", "1 - narrowest / proximal reference", "a normal proximal reference"],
  area: [
    "original",
    "1 - (narrowest / estimated original lumen there)^2, round lumen",
    "the original lumen, or references on both sides",
  ],
};

/**
 * The degree of a stenosis in percent from diameters, by a named method, with the error of the diameters carried through.
 * Without `original` the lumen between both references is taken, by distance along the vessel. A narrowest place wider than
 * its reference gives a negative percentage: there is no stenosis.
 * Sources: NASCET, doi:10.1056/NEJM199108153250701 (distal internal carotid); ECST, doi:10.1016/S0140-6736(97)09292-1
 * (original lumen at the site); WASID, Samuels 2000, AJNR 21:643 (proximal artery, when it is healthy).
 */
export function stenosis(method: StenosisMethod, sizes: StenosisSizes): Stenosis {
  const [need, formula, missing] = NEEDS[method];
  const reference = need === "original" ? (sizes.original ?? interpolated(sizes)) : sizes[need];
  const { narrowest } = sizes;
  if (!reference || !(reference.value > 0))
    return { method, percent: null, sd: null, formula, reason: `needs ${missing}` };
  const ratio = narrowest.value / reference.value;
  const sd = Math.hypot(narrowest.sd / reference.value, (ratio * reference.sd) / reference.value);
  if (method === "area") return { method, percent: 100 * (1 - ratio * ratio), sd: 100 * 2 * ratio * sd, formula };
  return { method, percent: 100 * (1 - ratio), sd: 100 * sd, formula };
}

function interpolated({ narrowest, proximal, distal }: StenosisSizes): Sized | undefined {
  if (!proximal || !distal) return undefined;
  const [a, b, at] = [proximal.along ?? 0, distal.along ?? 1, narrowest.along ?? 0.5];
  const t = Math.max(0, Math.min(1, (at - a) / (b - a || 1)));
  return {
    value: proximal.value + t * (distal.value - proximal.value),
    sd: Math.hypot((1 - t) * proximal.sd, t * distal.sd),
    along: at,
  };
}

/** A diameter (or nothing) at a place along a vessel. */
export interface Calibre {
  readonly along: number;
  readonly diameter: number | null;
  readonly sd: number | null;
}

/** Where a stenosis is measured: places along the vessel; those left out are proposed. */
export interface StenosisPick {
  readonly narrowest?: number | undefined;
  readonly proximal?: number | undefined;
  readonly distal?: number | undefined;
}

/**
 * The sizes of a stenosis on a curve of diameters, flow from its start to its end. The narrowest place is the least mean
 * of three neighbours; a reference is the mean over a stretch of about two vessel diameters where the calibre changes
 * least, at least one and a half diameters from the narrowest. References that fit nowhere are left out.
 * Undefined for fewer than five diameters.
 */
export function stenosisSizes(curve: readonly Calibre[], pick: StenosisPick = {}): StenosisSizes | undefined {
  const known = curve.filter(
    (c): c is { along: number; diameter: number; sd: number } => c.diameter !== null && c.sd !== null,
  );
  if (known.length < 5) return undefined;
  const mean = (from: number, to: number): Sized | undefined => {
    const part = known.slice(Math.max(0, from), to + 1);
    if (part.length === 0) return undefined;
    const value = part.reduce((sum, { diameter }) => sum + diameter, 0) / part.length;
    const fitted = Math.sqrt(part.reduce((sum, { sd }) => sum + sd * sd, 0)) / part.length;
    const spread = Math.sqrt(part.reduce((sum, { diameter }) => sum + (diameter - value) ** 2, 0)) / part.length;
    return {
      value,
      sd: Math.hypot(fitted, part.length > 3 ? spread : 0),
      along: known[Math.max(0, from) + (part.length >> 1)].along,
    };
  };
  const nearest = (along: number): number =>
    known.reduce((best, { along: a }, n) => (Math.abs(a - along) < Math.abs(known[best].along - along) ? n : best), 0);
  const middle = (n: number): number => mean(n - 1, n + 1)!.value;
  let least = pick.narrowest === undefined ? 1 : nearest(pick.narrowest);
  if (pick.narrowest === undefined) for (let n = 1; n < known.length - 1; n++) if (middle(n) < middle(least)) least = n;
  const narrow = mean(least - 1, least + 1)!;
  const narrowest: Sized = { ...narrow, along: known[least].along };
  const typical = [...known].sort((a, b) => a.diameter - b.diameter)[Math.floor(0.75 * known.length)].diameter;
  const spacing = (known[known.length - 1].along - known[0].along) / (known.length - 1) || 1;
  const half = Math.max(1, Math.round(typical / spacing));
  const stretch = (at: number): Sized | undefined => {
    const n = nearest(at);
    const found = mean(n - half, n + half);
    return found && { ...found, along: known[n].along };
  };
  const propose = (from: number, to: number): number | undefined => {
    let best: number | undefined;
    let score = Number.NEGATIVE_INFINITY;
    for (let n = from + half; n <= to - half; n++) {
      const part = known.slice(n - half, n + half + 1);
      const value = part.reduce((sum, { diameter }) => sum + diameter, 0) / part.length;
      const range =
        Math.max(...part.map(({ diameter }) => diameter)) - Math.min(...part.map(({ diameter }) => diameter));
      if (value - 2 * range > score) [score, best] = [value - 2 * range, known[n].along];
    }
    return best;
  };
  const gap = Math.round((1.5 * typical) / spacing);
  const before = pick.proximal ?? propose(0, least - gap + half);
  const after = pick.distal ?? propose(least + gap - half, known.length - 1);
  return {
    narrowest,
    proximal: before === undefined ? undefined : stretch(before),
    distal: after === undefined ? undefined : stretch(after),
  };
}
