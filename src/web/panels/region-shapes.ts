/** The regions of ASPECTS and pc-ASPECTS as areas of a schematic axial template, 200 wide and 240 high; the front is up. */
export interface RegionShape {
  /** Key of the item of the scale. */
  readonly key: string;
  readonly path: string;
  /** Where its name stands. */
  readonly label: readonly [number, number];
}

/** One axial level with its regions. Sided levels are drawn for the patient's right, which is at the left of the image. */
export interface RegionLevel {
  readonly id: string;
  readonly name: string;
  readonly regions: readonly RegionShape[];
  /** Lines that help to find the place: ventricles, midline. */
  readonly guides: readonly string[];
  /** For a narrow place. */
  readonly short: string;
}

export interface RegionMap {
  readonly scale: string;
  /** Whether one hemisphere is read. */
  readonly sided: boolean;
  readonly levels: readonly RegionLevel[];
}

const [CX, CY, RX, RY] = [100, 120, 82, 106];

/** A place on the outline, `deg` from the front towards the patient's right, `part` of the way out from the middle. */
function place(deg: number, part: number): readonly [number, number] {
  const t = (deg * Math.PI) / 180;
  const round = (v: number) => Math.round(v * 10) / 10;
  return [round(CX - RX * part * Math.sin(t)), round(CY - RY * part * Math.cos(t))];
}

/** A piece of cortex and the white matter below it between two angles, from `inner` of the way out to the outline. */
function wedge(key: string, from: number, to: number, inner: number): RegionShape {
  const steps = Array.from({ length: 9 }, (_, i) => from + ((to - from) * i) / 8);
  const points = [...steps.map((t) => place(t, 0.97)), ...steps.reverse().map((t) => place(t, inner))];
  return {
    key,
    path: `M ${points.map((p) => p.join(" ")).join(" L ")} Z`,
    label: place((from + to) / 2, (inner + 1) / 2),
  };
}

function oval(key: string, x: number, y: number, rx: number, ry: number): RegionShape {
  const path = `M ${x - rx} ${y} a ${rx} ${ry} 0 1 0 ${2 * rx} 0 a ${rx} ${ry} 0 1 0 ${-2 * rx} 0 Z`;
  return { key, path, label: [x, y] };
}

const other = (shape: RegionShape, key: string): RegionShape => ({
  key,
  // Only absolute points are mirrored: wedges are made of nothing else.
  path: shape.path.replace(/(-?[\d.]+) (-?[\d.]+)/g, (_, x, y) => `${Math.round((200 - Number(x)) * 10) / 10} ${y}`),
  label: [200 - shape.label[0], shape.label[1]],
});

const HEAD = `M 100 14 a 82 106 0 1 0 0.01 0 Z`;
const FALX = "M 100 15 V 70 M 100 176 V 225";
const HORNS = "M 96 76 q -14 8 -10 22 M 104 76 q 14 8 10 22 M 96 166 q -16 4 -22 22 M 104 166 q 16 4 22 22";
const BODIES = "M 94 88 q -16 30 -8 66 M 106 88 q 16 30 8 66";

const rightPca = wedge("PCA-R", 138, 178, 0.5);
const rightCerebellum: RegionShape = {
  key: "cerebellum-R",
  path: "M 96 136 L 84 136 L 62 130 L 40 150 L 36 178 L 52 204 L 78 214 L 96 206 Z",
  label: [66, 176],
};

const MAPS: readonly RegionMap[] = [
  {
    scale: "aspects",
    sided: true,
    levels: [
      {
        id: "ganglionic",
        name: "Level of the basal ganglia",
        short: "basal ganglia",
        guides: [HEAD, FALX, HORNS],
        regions: [
          oval("C", 84, 90, 7, 14),
          { key: "IC", path: "M 80 104 L 87 108 L 89 122 L 80 148 L 74 145 L 81 122 Z", label: [82, 126] },
          oval("L", 68, 119, 8, 20),
          { key: "I", path: "M 58 98 Q 48 118 58 140 L 52 143 Q 39 118 52 95 Z", label: [49, 119] },
          wedge("M1", 28, 62, 0.62),
          wedge("M2", 62, 114, 0.72),
          wedge("M3", 114, 148, 0.62),
        ],
      },
      {
        id: "supraganglionic",
        name: "Level above the basal ganglia",
        short: "above them",
        guides: [HEAD, FALX, BODIES],
        regions: [wedge("M4", 28, 66, 0.42), wedge("M5", 66, 110, 0.42), wedge("M6", 110, 148, 0.42)],
      },
    ],
  },
  {
    scale: "pc-aspects",
    sided: false,
    levels: [
      {
        id: "thalamic",
        name: "Level of the thalami",
        short: "thalami",
        guides: [HEAD, "M 100 15 V 70", HORNS],
        regions: [
          oval("thalamus-R", 84, 128, 12, 19),
          oval("thalamus-L", 116, 128, 12, 19),
          rightPca,
          other(rightPca, "PCA-L"),
        ],
      },
      {
        id: "midbrain",
        name: "Level of the midbrain",
        short: "midbrain",
        guides: [HEAD, "M 100 15 V 84"],
        regions: [
          {
            key: "midbrain",
            path: "M 100 106 L 88 98 L 74 106 L 70 126 L 80 142 L 100 148 L 120 142 L 130 126 L 126 106 L 112 98 Z",
            label: [100, 126],
          },
        ],
      },
      {
        id: "pontine",
        name: "Level of the pons",
        short: "pons",
        guides: [HEAD],
        regions: [oval("pons", 100, 108, 26, 22), rightCerebellum, other(rightCerebellum, "cerebellum-L")],
      },
    ],
  },
];

/** The regions of a scale, or null for a scale whose items have no place in the brain. */
export function regionsOf(scale: string): RegionMap | null {
  return MAPS.find((map) => map.scale === scale) ?? null;
}
