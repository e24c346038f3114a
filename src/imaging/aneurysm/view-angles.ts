import type { Vec3 } from "../../core/geometry.ts";

/** A C-arm position in degrees, signs as DICOM has them: left anterior oblique and cranial are positive (PS3.3 C.8.7.5). */
export interface ViewAngles {
  readonly primary: number;
  readonly secondary: number;
}

/** What a C-arm can reach, degrees. Each maker and room differs: a site gives its own. */
export interface ReachableAngles {
  readonly primary: readonly [number, number];
  readonly secondary: readonly [number, number];
  /** Positions beyond this sum of absolute angles collide with table or patient. */
  readonly mostTogether: number;
}

/** A careful assumption for a floor-mounted plane with the patient's head in the isocentre; state it as assumed. */
export const USUAL_REACH: ReachableAngles = { primary: [-100, 100], secondary: [-45, 45], mostTogether: 120 };

/** Whether a position can be reached. */
export function reachable({ primary, secondary }: ViewAngles, reach: ReachableAngles): boolean {
  return (
    primary >= reach.primary[0] &&
    primary <= reach.primary[1] &&
    secondary >= reach.secondary[0] &&
    secondary <= reach.secondary[1] &&
    Math.abs(primary) + Math.abs(secondary) <= reach.mostTogether
  );
}

/** Axes of a view in LPS: `toward` from the patient to the detector, `right` along its columns, `down` along its rows. */
export function viewAxes({ primary, secondary }: ViewAngles): {
  readonly toward: Vec3;
  readonly right: Vec3;
  readonly down: Vec3;
} {
  const [a, b] = [(primary * Math.PI) / 180, (secondary * Math.PI) / 180];
  return {
    toward: [Math.sin(a) * Math.cos(b), -Math.cos(a) * Math.cos(b), Math.sin(b)],
    right: [Math.cos(a), Math.sin(a), 0],
    down: [Math.sin(b) * Math.sin(a), -Math.sin(b) * Math.cos(a), -Math.cos(b)],
  };
}

/** The angles of a direction toward the detector; undefined when it points so steeply that no primary angle is meant. */
export function anglesOf([x, y, z]: Vec3): ViewAngles | undefined {
  const m = Math.hypot(x, y, z);
  const secondary = (Math.asin(Math.max(-1, Math.min(1, z / m))) * 180) / Math.PI;
  if (Math.abs(secondary) > 89) return undefined;
  return { primary: (Math.atan2(x, -y) * 180) / Math.PI, secondary };
}

/** "LAO 32 CRAN 10", "AP CAUD 5", whole degrees. */
export function viewName({ primary, secondary }: ViewAngles): string {
  const [p, s] = [Math.round(primary), Math.round(secondary)];
  const first =
    p === 0
      ? "AP"
      : Math.abs(p) === 90
        ? `${p > 0 ? "LAO" : "RAO"} 90 (lateral)`
        : `${p > 0 ? "LAO" : "RAO"} ${Math.abs(p)}`;
  return s === 0 ? first : `${first} ${s > 0 ? "CRAN" : "CAUD"} ${Math.abs(s)}`;
}
