import type { Limitation } from "../../core/limitation.ts";
import { type DensityImage, type Profile, profileAcross } from "./profile.ts";
import { type BlurDomain, fitTube, type TubeFit } from "./projected-tube.ts";

/** A place on a picture, pixels: column, then row, pixel centres at whole numbers. */
export type Point2 = readonly [number, number];

/** The diameter of a vessel at one place along it, in pixels. */
export interface DiameterAt {
  /** Distance along the path from its start, pixels. */
  readonly along: number;
  /** Middle of the vessel and the unit vector across it. */
  readonly centre: Point2;
  readonly normal: Point2;
  /** Null where it cannot be told; `reason` then says why. */
  readonly diameter: number | null;
  /** Standard deviation, pixels, from the covariance of the fit. */
  readonly sd: number | null;
  readonly reason?: string;
  /** Peak density over the SD of what the fit leaves: above 10 the wall is well seen. */
  readonly contrastToNoise: number;
}

/** Diameters along a path and what limits them. */
export interface DiameterCurve {
  readonly points: readonly DiameterAt[];
  /** Blur shared by all fits, SD in pixels, with its own SD. */
  readonly blur: number;
  readonly blurSd: number;
  /** Whether blur before or after the logarithm fits this picture better. */
  readonly domain: BlurDomain;
  readonly limitations: readonly Limitation[];
}

/** What is known of the picture before any diameter is read from it. */
export interface PictureState {
  /** Mask and live subtracted in the log domain. */
  readonly subtracted: boolean;
  /** How pixel values relate to the beam (0028,1040). */
  readonly relationship: "LIN" | "LOG" | "DISP";
}

/** Name and source of the method, for every number that comes of it. */
export const DIAMETER_METHOD = {
  name: "Vessel diameter by fit of a blurred projected cylinder",
  version: "1.0",
  reference:
    "p(x) = 2 mu sqrt(r^2 - x^2) convolved with a Gaussian, on a straight background; blur shared along the vessel",
} as const;

/** Why no diameter may be read from a picture at all; undefined when one may. */
export function refusal(state: PictureState): Limitation | undefined {
  if (state.relationship === "DISP")
    return {
      code: "display-values",
      message:
        "Pixel values are made for display (DISP), not proportional to the beam: no diameter is computed. Use the original run.",
    };
  if (!state.subtracted)
    return {
      code: "not-subtracted",
      message: "The run is not subtracted: bone lies over the vessel. Choose a mask, then measure.",
    };
  return undefined;
}

/**
 * The diameter of a vessel along a path on a subtracted picture, one every `step` pixels.
 * `path`: at least two places about the middle of the vessel; `widest`: largest radius looked for, pixels. Each place is fitted
 * with its own blur first; then one blur, the weighted median, is held for all, and its error goes into theirs. Blur before
 * and after the logarithm are both tried and weighed.
 * A place has no diameter where the detector was saturated, the picture ends, the fit does not settle, contrast is
 * under 4 times the noise, or the fit leaves 3 times more than elsewhere (a crossing). Source: DIAMETER_METHOD.
 */
export function diametersAlong(
  image: DensityImage,
  path: readonly Point2[],
  { step = 2, widest = 24 }: { readonly step?: number; readonly widest?: number } = {},
): DiameterCurve {
  const stations = stationsOf(path, step);
  const profiles = stations.map((s) => profileAcross(image, s.x, s.y, s.nx, s.ny, widest));
  const usable = profiles.map((profile) => (profile && !profile.cut && !profile.saturated ? profile : undefined));
  const intensity = family(usable, "intensity");
  const density = family(usable, "density");
  const share = densityShare(usable, intensity.held, density.held);
  const domain = share > 0.5 ? "density" : "intensity";
  const { blur, blurSd } = share > 0.5 ? density : intensity;
  const held = usable.map((_, n) => between(intensity.held[n], density.held[n], share));
  const left = median(held.flatMap((one) => (one ? [one.residual] : [])));
  const points = stations.map((s, n): DiameterAt => {
    const profile = profiles[n];
    const one = held[n];
    const reason = whyNot(profile, one, left);
    const shift = one?.centre ?? 0;
    return {
      along: s.along,
      centre: [s.x + shift * s.nx, s.y + shift * s.ny],
      normal: [s.nx, s.ny],
      diameter: one && !reason ? 2 * one.radius : null,
      sd: one && !reason ? 2 * one.radiusSd : null,
      contrastToNoise: one ? one.peak / (one.residual || 1e-9) : 0,
      ...(reason ? { reason } : {}),
    };
  });
  return { points, blur, blurSd, domain, limitations: limits(points) };
}

interface Family {
  readonly blur: number;
  readonly blurSd: number;
  readonly held: readonly (TubeFit | undefined)[];
}

/** All profiles fitted under one of the two domains: with a blur of their own, then with the shared one. */
function family(profiles: readonly (Profile | undefined)[], domain: BlurDomain): Family {
  const { blur, blurSd } = sharedBlur(profiles.map((profile) => profile && fit(profile, domain)));
  return { blur, blurSd, held: profiles.map((profile) => profile && fit(profile, domain, { blur, sd: blurSd })) };
}

/**
 * How far the fits speak for blur after the logarithm, 0 to 1, from what both leave over on all profiles together;
 * before it is thought likelier at first (3 to 1), as that is where optics blur. Values every half pixel along lines two
 * pixels apart count as a fifth of independent ones.
 */
function densityShare(
  profiles: readonly (Profile | undefined)[],
  intensity: readonly (TubeFit | undefined)[],
  density: readonly (TubeFit | undefined)[],
): number {
  let [a, b, count] = [0, 0, 0];
  for (const [n, profile] of profiles.entries()) {
    const [one, other] = [intensity[n], density[n]];
    if (!profile || !one || !other) continue;
    a += one.residual ** 2;
    b += other.residual ** 2;
    count += profile.values.length;
  }
  if (count === 0 || a === 0 || b === 0) return 0;
  return 1 / (1 + 3 * Math.exp(((-count / 5) * Math.log(a / b)) / 2));
}

/** Two fits of one profile weighed against each other; their difference goes into the error while it is undecided. */
function between(one: TubeFit | undefined, other: TubeFit | undefined, share: number): TubeFit | undefined {
  if (!one || !other) return share > 0.5 ? other : one;
  const main = share > 0.5 ? other : one;
  const apart = other.radius - one.radius;
  const sd = Math.sqrt(main.radiusSd ** 2 + share * (1 - share) * apart * apart);
  return { ...main, radius: one.radius + share * apart, radiusSd: sd };
}

function fit(
  profile: Profile,
  domain: BlurDomain,
  held?: { readonly blur: number; readonly sd: number },
): TubeFit | undefined {
  const { places, values, radius, centre } = profile;
  const start = { centre, domain, radius: Math.max(0.7, 1.1 * radius), blur: held?.blur ?? 1 };
  return fitTube(places, values, held ? { ...start, fixed: { sd: held.sd } } : start);
}

/** Weighted median of the blurs of the free fits; its error from their spread. 1 +- 0.3 pixel when none was found. */
function sharedBlur(fits: readonly (TubeFit | undefined)[]): { blur: number; blurSd: number } {
  const good = fits.filter(
    (one) => one !== undefined && one.blurSd < one.blur && one.peak > 4 * one.residual,
  ) as TubeFit[];
  if (good.length < 3) return good[0] ? { blur: good[0].blur, blurSd: good[0].blurSd } : { blur: 1, blurSd: 0.3 };
  const sorted = good
    .map(({ blur, blurSd }) => ({ blur, weight: 1 / (blurSd * blurSd + 0.0025) }))
    .sort((a, b) => a.blur - b.blur);
  const total = sorted.reduce((sum, { weight }) => sum + weight, 0);
  let seen = 0;
  const middle = sorted.find(({ weight }) => {
    seen += weight;
    return seen >= total / 2;
  })!.blur;
  const away = median(sorted.map(({ blur }) => Math.abs(blur - middle)));
  return { blur: middle, blurSd: (1.4826 * away * 1.25) / Math.sqrt(good.length) };
}

function whyNot(profile: Profile | undefined, one: TubeFit | undefined, left: number): string | undefined {
  if (!profile) return "no vessel is seen here";
  if (profile.saturated) return "the detector was saturated here";
  if (profile.cut) return "too near the border of the image";
  if (!one) return "the profile is not that of one vessel";
  if (one.peak < 4 * one.residual) return "contrast is under 4 times the noise";
  if (one.residual > 3 * left) return "another vessel crosses or lies beside";
  if (one.radiusSd > 0.35 * one.radius) return "the error is over a third of the diameter";
  return undefined;
}

function limits(points: readonly DiameterAt[]): Limitation[] {
  const none = points.filter(({ diameter }) => diameter === null);
  if (none.length === 0) return [];
  const saturated = none.filter(({ reason }) => reason?.includes("saturated")).length;
  return [
    ...(saturated
      ? [
          {
            code: "saturated",
            message: `The detector was saturated at ${saturated} of ${points.length} places: no diameter there.`,
          },
        ]
      : []),
    ...(none.length > saturated
      ? [
          {
            code: "no-diameter",
            message: `No diameter at ${none.length - saturated} of ${points.length} places (crossing, border or little contrast).`,
          },
        ]
      : []),
  ];
}

interface Station {
  readonly x: number;
  readonly y: number;
  readonly nx: number;
  readonly ny: number;
  readonly along: number;
}

/** Places every `step` pixels along a polyline, with the normal of the chord over 3 pixels about them. */
function stationsOf(path: readonly Point2[], step: number): Station[] {
  const length = [0];
  for (let n = 1; n < path.length; n++)
    length.push(length[n - 1] + Math.hypot(path[n][0] - path[n - 1][0], path[n][1] - path[n - 1][1]));
  const total = length[length.length - 1];
  const at = (s: number): Point2 => {
    const place = Math.max(0, Math.min(total, s));
    let n = 1;
    while (n < path.length - 1 && length[n] < place) n++;
    const t = (place - length[n - 1]) / (length[n] - length[n - 1] || 1);
    return [path[n - 1][0] + t * (path[n][0] - path[n - 1][0]), path[n - 1][1] + t * (path[n][1] - path[n - 1][1])];
  };
  const out: Station[] = [];
  for (let along = 0; along <= total + 1e-9 && path.length > 1; along += step) {
    const [x, y] = at(along);
    const [a, b] = [at(along - 3), at(along + 3)];
    const m = Math.hypot(b[0] - a[0], b[1] - a[1]) || 1;
    out.push({ x, y, nx: -(b[1] - a[1]) / m, ny: (b[0] - a[0]) / m, along });
  }
  return out;
}

function median(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
