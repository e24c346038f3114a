import type { ReadingScript } from "../reading-script.ts";
import { BRAIN, HEAD, nowAndBefore, overview, planes, planesAndRendering, SUBDURAL, slices } from "./pieces.ts";

const NCCT = { roles: ["NCCT"], asked: HEAD } as const;

/** Aneurysm: blood, the sac in the angiogram that shows it best, its projections, what else goes wrong, its growth. */
export const ANEURYSM_SCRIPT: ReadingScript = {
  id: "aneurysm",
  name: "Aneurysm",
  kinds: ["aneurysm"],
  fits: ({ roles }) => roles.has("3DRA") && !roles.has("FLAIR"),
  stages: [
    overview("Where is it, how large, can it be reached?"),
    {
      ...{ id: "blood", title: "Blood", question: "Subarachnoid blood: where, how thick? Hydrocephalus?", grid: "2" },
      panes: [slices(NCCT, BRAIN), slices(NCCT, SUBDURAL)],
    },
    {
      ...{ id: "sac", title: "CTA", question: "How many, where, which way do they point?", grid: "2x2" },
      panes: planes({ roles: ["CTA", "TOF"], asked: { phase: ["arterial", "multiphase"] } }),
    },
    {
      ...{ id: "rotation", title: "Rotation", question: "Neck, dome, branches from the sac?", grid: "2x2" },
      panes: planesAndRendering({ roles: ["3DRA"] }),
    },
    {
      ...{ id: "runs", title: "Runs", question: "Flow in the sac, cross-flow, the way there?", grid: "2" },
      panes: [
        { wants: { roles: ["DSA"], asked: { projection: ["AP", "PA"] } } },
        { wants: { roles: ["DSA"], nth: 1 } },
      ],
    },
    {
      ...{ id: "brain", title: "Brain", question: "Infarct, oedema, old bleeding?", grid: "2x2" },
      panes: [["DWI"], ["ADC"], ["FLAIR"], ["SWI", "T2"]].map((roles) => ({ wants: { roles } })),
    },
    nowAndBefore(["3DRA", "CTA", "TOF", "DSA"], "Has it grown or opened again?"),
  ],
};
