/** One step of a scale that a reader chooses on a run. */
export interface GradeStep {
  readonly grade: string;
  readonly words: string;
}

/** A scale that is read by eye on an angiogram, and where it comes from. */
export interface GradeScale {
  readonly id: GradeScaleId;
  readonly name: string;
  readonly steps: readonly GradeStep[];
  readonly source: string;
  /** Field of the facts dictionary that takes the grade; left out when there is none. */
  readonly field?: string;
}

export type GradeScaleId = "etici" | "okm" | "raymond-roy" | "asitn";

const OKM = (
  [
    ["A", "total filling, above 95 %"],
    ["B", "subtotal filling, 5 to 95 %"],
    ["C", "entry remnant, below 5 %"],
  ] as const
).flatMap(([filling, words]) =>
  (
    [
      ["1", "no stasis: cleared before the capillary phase"],
      ["2", "moderate stasis: cleared before the venous phase"],
      ["3", "significant stasis: contrast in the venous phase and later"],
    ] as const
  ).map(([stasis, how]) => ({ grade: `${filling}${stasis}`, words: `${words}; ${how}` })),
);

/** The scales by which runs are graded, with the words of their authors in short. */
export const GRADE_SCALES: readonly GradeScale[] = [
  {
    id: "etici",
    name: "eTICI",
    field: "etici",
    source: "Liebeskind 2019, doi:10.1136/neurintsurg-2018-014127",
    steps: [
      { grade: "0", words: "no reperfusion" },
      { grade: "1", words: "thrombus smaller, no reperfusion of distal branches" },
      { grade: "2a", words: "1 to 49 % of the territory" },
      { grade: "2b50", words: "50 to 66 % of the territory" },
      { grade: "2b67", words: "67 to 89 % of the territory" },
      { grade: "2c", words: "90 to 99 %, or slow flow in a few distal branches" },
      { grade: "3", words: "complete reperfusion" },
    ],
  },
  {
    id: "okm",
    name: "O'Kelly-Marotta",
    field: "okm",
    source: "O'Kelly 2010, doi:10.1177/159101991001600204",
    steps: [...OKM, { grade: "D", words: "no filling" }],
  },
  {
    id: "raymond-roy",
    name: "Raymond-Roy",
    field: "raymond_roy",
    source: "modified by Mascitelli 2015, doi:10.1136/neurintsurg-2013-011035",
    steps: [
      { grade: "I", words: "complete obliteration" },
      { grade: "II", words: "residual neck" },
      { grade: "IIIa", words: "residual aneurysm, contrast within the coils" },
      { grade: "IIIb", words: "residual aneurysm, contrast along the wall" },
    ],
  },
  {
    id: "asitn",
    name: "ASITN/SIR collaterals",
    source: "Higashida 2003, doi:10.1161/01.STR.0000082721.62796.09",
    field: "asitn_collaterals",
    steps: [
      { grade: "0", words: "no collaterals visible to the ischaemic site" },
      { grade: "1", words: "slow collaterals to the periphery, part of the defect persists" },
      { grade: "2", words: "rapid collaterals to the periphery, part of the defect persists" },
      { grade: "3", words: "slow but complete flow to the ischaemic bed by the late venous phase" },
      { grade: "4", words: "complete and rapid flow to the whole bed by retrograde perfusion" },
    ],
  },
];

/** The scale of a name; undefined when there is none. */
export function gradeScale(id: string): GradeScale | undefined {
  return GRADE_SCALES.find((scale) => scale.id === id);
}

/** Points of an outline on a run, in pixels from the corner of its first pixel: column, row. */
export type Outline = readonly (readonly [number, number])[];

/** What a reader sends: the grade, of what, and on which runs. */
export interface GradeDraft {
  readonly id: string;
  readonly scale: GradeScaleId;
  readonly grade: string;
  /** The run that is graded, and the run before treatment on which the territory was outlined. */
  readonly seriesUid: string;
  readonly firstSeriesUid?: string;
  readonly outline?: Outline;
  /** "after pass 2" */
  readonly moment: string;
}

/** What was computed, told only after the person's grade was recorded. */
export interface MachineReading {
  readonly grade: string | null;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly unit: string;
  readonly reason?: string;
  readonly method: { readonly name: string; readonly version: string };
}

/** A recorded grade. `machine` is null until it was computed, and `hidden` while the asking person has not graded the run. */
export interface GradeView extends GradeDraft {
  readonly by: string;
  readonly mine: boolean;
  readonly at: string;
  /** The person had seen a machine's reading of this run by this scale before. */
  readonly afterMachine: boolean;
  readonly machine: (MachineReading & { readonly at: string }) | null;
  readonly hidden: boolean;
}
