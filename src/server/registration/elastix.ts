import { elastixNode } from "@itk-wasm/elastix";
import { WillisError } from "../../core/errors.ts";
import type { Grid, Vec3 } from "../../core/geometry.ts";
import { inverse, type Rigid, rigidOf } from "../../imaging/registration/rigid.ts";

/** A float volume on its grid: what elastix is given. */
export type FloatVolume = Grid & { readonly data: Float32Array };

/** Smoothing and steps of the pyramid, mm: each level blurs to about this and goes on where the one before ended. */
const LEVELS_MM = [8, 4, 2] as const;
const ITERATIONS = 250;
const SAMPLES = 4000;
const BINS = 48;

/** What a run of elastix is told besides its images, for the record and for a comparison with another build of it. */
export function parameterMap(fixed: Grid, moving: Grid): Record<string, string[]> {
  const words = (...values: (string | number)[]): string[] => values.map(String);
  const schedule = (grid: Grid): string[] =>
    words(...LEVELS_MM.flatMap((mm) => grid.spacing.map((s) => Math.max(1, Math.round(mm / s)))));
  return {
    FixedInternalImagePixelType: words("float"),
    MovingInternalImagePixelType: words("float"),
    FixedImageDimension: words(3),
    MovingImageDimension: words(3),
    UseDirectionCosines: words("true"),
    Registration: words("MultiResolutionRegistration"),
    Interpolator: words("LinearInterpolator"),
    ResampleInterpolator: words("FinalLinearInterpolator"),
    Resampler: words("DefaultResampler"),
    FixedImagePyramid: words("FixedSmoothingImagePyramid"),
    MovingImagePyramid: words("MovingSmoothingImagePyramid"),
    NumberOfResolutions: words(LEVELS_MM.length),
    FixedImagePyramidSchedule: schedule(fixed),
    MovingImagePyramidSchedule: schedule(moving),
    Transform: words("EulerTransform"),
    AutomaticTransformInitialization: words("false"),
    AutomaticScalesEstimation: words("true"),
    HowToCombineTransforms: words("Compose"),
    Metric: words("AdvancedMattesMutualInformation"),
    NumberOfHistogramBins: words(BINS),
    Optimizer: words("AdaptiveStochasticGradientDescent"),
    MaximumNumberOfIterations: words(ITERATIONS),
    MaximumStepLength: words(2, 1, 0.5),
    ImageSampler: words("RandomCoordinate"),
    NumberOfSpatialSamples: words(SAMPLES),
    NewSamplesEveryIteration: words("true"),
    RequiredRatioOfValidSamples: words(0.05),
    RandomSeed: words(1741),
    WriteResultImage: words("false"),
    ResultImagePixelType: words("float"),
    DefaultPixelValue: words(0),
  };
}

/**
 * Rigid registration by Mattes mutual information with adaptive stochastic gradient descent (Klein 2009,
 * 10.1007/s11263-008-0168-y), from where the volumes lie. Returns the motion that takes moving points to fixed ones (LPS
 * mm). The same volumes give the same answer. Blocks the thread for seconds. Errors: `cannot-compute` with what elastix
 * said when it gives up: most often too little of one volume lies in the other.
 */
export async function elastixRigid(fixed: FloatVolume, moving: FloatVolume): Promise<Rigid> {
  let answer: Awaited<ReturnType<typeof elastixNode>>;
  try {
    const images = { fixed: imageOf(fixed, "fixed"), moving: imageOf(moving, "moving") };
    answer = await elastixNode([parameterMap(fixed, moving)], images);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const why = /Description: (.+)/.exec(said)?.[1] ?? said.slice(-200);
    throw new WillisError("cannot-compute", `The series could not be laid on each other: ${why.trim()}`);
  }
  const [last] = answer.transformParameterObject as unknown as Record<string, readonly string[]>[];
  const numbers = (key: string): number[] => (last?.[key] ?? []).map(Number);
  const p = numbers("TransformParameters");
  const centre = numbers("CenterOfRotationPoint") as unknown as Vec3;
  if (p.length !== 6 || centre.length !== 3 || ![...p, ...centre].every(Number.isFinite))
    throw new WillisError("cannot-compute", "The registration ended without a rigid motion.");
  const degrees = (radians: number): number => (radians * 180) / Math.PI;
  const turn: Vec3 = [degrees(p[0]!), degrees(p[1]!), degrees(p[2]!)];
  return inverse(rigidOf(turn, [p[3]!, p[4]!, p[5]!], centre));
}

function imageOf({ shape, spacing, origin, direction: d, data }: FloatVolume, name: string) {
  const rows = [0, 1, 2].flatMap((r) => [d.i[r]!, d.j[r]!, d.k[r]!]);
  return {
    imageType: { dimension: 3, componentType: "float32", pixelType: "Scalar", components: 1 } as const,
    name,
    origin: [...origin],
    spacing: [...spacing],
    direction: new Float64Array(rows),
    size: [...shape],
    data,
    metadata: new Map(),
  };
}
