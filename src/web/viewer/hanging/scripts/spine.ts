import type { ReadingScript } from "../reading-script.ts";
import { BONE, nowAndBefore, overview, slices } from "./pieces.ts";

const SPINE = { region: "spine" } as const;
const sagittal = (role: string) => ({ roles: [role], asked: { ...SPINE, plane: "sagittal" as const } });

/** Spine: the cord, vessels on it, the bones around it, the segmental runs level by level. */
export const SPINE_SCRIPT: ReadingScript = {
  id: "spine",
  name: "Spine",
  kinds: [],
  fits: ({ regions, vessels }) => regions.has("spine") || vessels.has("spinal"),
  stages: [
    overview("At which level, in the cord or around it?"),
    {
      ...{ id: "cord", title: "Cord", question: "Oedema, flow voids, a haematoma?", grid: "2" },
      panes: [slices(sagittal("T2")), slices(sagittal("T1"))],
    },
    {
      ...{ id: "across", title: "Across", question: "Which side, which root?", grid: "2" },
      panes: [
        slices({ roles: ["T2"], exactly: { plane: "axial" } }),
        slices({ roles: ["T1", "TOF"], exactly: { plane: "axial" } }),
      ],
    },
    {
      ...{ id: "bone", title: "Bone", question: "Fracture, lysis, cement?", grid: "2" },
      panes: [
        slices({ roles: ["NCCT"], asked: SPINE }, BONE),
        { wants: { roles: ["NCCT"], asked: SPINE }, mode: "sagittal", window: BONE },
      ],
    },
    {
      ...{ id: "levels", title: "Levels", question: "The artery of the cord, the shunt: at which level?", grid: "2x2" },
      panes: [0, 1, 2, 3].map((nth) => ({ wants: { roles: ["DSA"], nth } })),
    },
    nowAndBefore(["T2", "DSA", "NCCT"], "What has changed?"),
  ],
};
