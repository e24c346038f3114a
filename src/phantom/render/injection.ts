import type { Patient } from "../patient.ts";
import { PERFUSION } from "../perfusion/haemodynamics.ts";
import { TERRITORIES } from "../perfusion/territory.ts";
import type { Vessel } from "../vessels/vessel.ts";
import { axesOf, enlarge, projectPoint, type View } from "./projection.ts";

/** What one selective injection opacifies: vessels with a weight 0..1, and when blood leaves the catheter tip. */
export interface Injection {
  readonly vessels: readonly Vessel[];
  readonly weight: Float64Array;
  /** Arrival (s after C4) at the catheter tip: subtract from arrivals. */
  readonly tipS: number;
  readonly territories: readonly boolean[];
  /** The vessel in which the catheter lies, and the sample of its tip. */
  readonly catheter: { readonly vessel: Vessel; readonly sample: number } | null;
}

/**
 * Everything downstream of the injected vessel at full strength; across the anterior communicating artery at a quarter;
 * veins of the filled hemispheres at a third of the concentration, shared sinuses less.
 */
export function inject(patient: Patient, site: string): Injection {
  const { arteries, veins } = patient;
  const root = arteries.find((v) => v.name === site);
  if (!root) throw new RangeError(`no vessel ${site} to inject`);
  const letter = site.endsWith("L") ? "L" : "R";
  const other = letter === "L" ? "R" : "L";
  const weight = new Map<string, number>([[root.name, 1]]);
  for (let changed = true; changed; ) {
    changed = false;
    for (const v of arteries) {
      const w = v.parent ? weight.get(v.parent) : undefined;
      if (w === undefined || weight.has(v.name)) continue;
      const crossing = v.name === `A2-${other}` ? 0.25 : 1;
      weight.set(v.name, w * crossing);
      changed = true;
    }
    if (weight.has(`A1-${letter}`) && !weight.has("AComm")) {
      weight.set("AComm", 0.7);
      changed = true;
    }
    const across = arteries.find((v) => v.name === `A2-${other}`);
    if (weight.has("AComm") && across && !weight.has(across.name)) {
      weight.set(across.name, 0.25);
      changed = true;
    }
  }
  if (weight.has(`ICA-${letter}`) && weight.has(`PComm-${letter}`) && !weight.has(`P2-${letter}`))
    weight.set(`PComm-${letter}`, 0.3);
  const brainFed = ["ICA", "CCA", "VA"].some((n) => site.startsWith(n));
  const filled = arteries.filter((v) => weight.has(v.name));
  const drained = brainFed
    ? veins.filter(
        (v) => v.side === 0 || v.name.endsWith(`-${letter}`) || /sinus|IJV/.test(v.name) || site.startsWith("VA"),
      )
    : [];
  const vessels = [...filled, ...drained];
  const w = new Float64Array(vessels.length);
  vessels.forEach((v, i) => {
    w[i] =
      v.kind === "artery" ? (weight.get(v.name) ?? 0) : v.name.startsWith("Draining") ? 0.75 : v.side === 0 ? 0.2 : 0.3;
  });
  let tip = 0;
  if (/^(ICA|VA)/.test(site)) while (tip < root.radius.length - 1 && root.xyz[3 * tip + 2] < -86) tip++;
  const fed = new Set(filled.map((v) => v.territory));
  const territories = TERRITORIES.map(
    (t) =>
      t !== "none" &&
      fed.has(t) &&
      !(t === `ACA-${other}`) &&
      !(t.startsWith("PCA") && site.startsWith("ICA") && !fed.has(t)),
  );
  return { vessels, weight: w, tipS: root.arrival[tip], territories, catheter: { vessel: root, sample: tip } };
}

/** Relative iodine concentration at `t` s after the start of an injection of `duration` s, arrival and SD in s. */
export function concentration(t: number, arrival: number, spread: number, duration: number): number {
  if (t <= 0) return 0;
  const k = 1.7 / Math.max(0.1, spread);
  const rise = 1 / (1 + Math.exp(-k * (t - arrival)));
  const fall = 1 / (1 + Math.exp(-k * (t - arrival - duration)));
  return Math.max(0, rise - fall);
}

/** Capillary blood path images (mm of blood) by delay class, and the delay in s of each class. */
export interface Blush {
  readonly delays: readonly number[];
  readonly images: readonly Float32Array[];
}

/** Projects the blood volume of tissue that the injection reaches, in four classes of delay; smooth, 128 -> full size. */
export function projectBlush(patient: Patient, injection: Injection, view: View): Blush {
  const delays = [1, 3, 4.5, 7];
  const site = patient.spec.occlusion?.site;
  const blocked = /^(ICA|M1)$/.test(site ?? "")
    ? TERRITORIES.map((t) => t === `MCA-${patient.spec.occlusion?.side === "left" ? "L" : "R"}`)
    : null;
  const size = 128;
  const k = size / view.size;
  const small = delays.map(() => new Float32Array(size * size));
  const axes = axesOf(view);
  const { shape, origin } = patient.head;
  const [nx, ny, nz] = shape;
  for (let z = 1; z < nz; z += 3) {
    for (let y = 1; y < ny; y += 3) {
      for (let x = 1; x < nx; x += 3) {
        const at = (z * ny + y) * nx + x;
        const t = patient.tissue[at];
        if (!t || !injection.territories[patient.territory[at]]) continue;
        const [c, r, m] = projectPoint(view, axes, origin[0] + x, origin[1] + y, origin[2] + z);
        const i = Math.floor(c * k);
        const j = Math.floor(r * k);
        if (i < 0 || j < 0 || i >= size - 1 || j >= size - 1) continue;
        const s = patient.delay[at] / 10;
        const cut = blocked?.[patient.territory[at]] ?? false;
        const q = cut ? (s < 8 ? 2 : 3) : s < 2.6 ? 0 : s < 4.5 ? 1 : s < 8 ? 2 : 3;
        const area = (view.spacing / m / k) ** 2;
        const blood = ((27 / area) * PERFUSION[t > 4 ? 1 : 0][(t - 1) & 3].cbv) / 100;
        const u = c * k - i;
        const v = r * k - j;
        const image = small[q];
        const p = j * size + i;
        image[p] += blood * (1 - u) * (1 - v);
        image[p + 1] += blood * u * (1 - v);
        image[p + size] += blood * (1 - u) * v;
        image[p + size + 1] += blood * u * v;
      }
    }
  }
  return { delays, images: small.map((image) => enlarge(soften(image, size), size, view.size)) };
}

function soften(image: Float32Array, n: number): Float32Array {
  let from = image;
  for (let pass = 0; pass < 2; pass++) {
    const to = new Float32Array(n * n);
    for (let r = 1; r < n - 1; r++) {
      for (let c = 1; c < n - 1; c++) {
        const p = r * n + c;
        to[p] =
          (4 * from[p] +
            2 * (from[p - 1] + from[p + 1] + from[p - n] + from[p + n]) +
            from[p - n - 1] +
            from[p - n + 1] +
            from[p + n - 1] +
            from[p + n + 1]) /
          16;
      }
    }
    from = to;
  }
  return from;
}
