import type { ReadingScript } from "../reading-script.ts";
import { HEAD, NECK, nowAndBefore, overview, slab } from "./pieces.ts";

const CTA_NECK = { roles: ["CTA", "TOF"], asked: NECK } as const;

/** Carotid disease: flow, the bifurcation, the brain behind it, the circle that must help, what was done. */
export const CAROTID_SCRIPT: ReadingScript = {
  id: "carotid",
  name: "Carotid",
  kinds: ["carotid"],
  fits: ({ roles, vessels }) =>
    roles.has("US") && (roles.has("CTA") || vessels.has("carotid") || vessels.has("ICA") || vessels.has("CCA")),
  stages: [
    overview("How tight, is it the cause, can it be treated?"),
    {
      ...{ id: "duplex", title: "Duplex", question: "Peak velocities, ratio, plaque?", grid: "2" },
      panes: [{ wants: { roles: ["US"] } }, { wants: { roles: ["US"], nth: 1 } }],
    },
    {
      ...{ id: "bifurcation", title: "Bifurcation", question: "How tight by NASCET? Calcium, ulcer, length?" },
      grid: "2x2",
      panes: [
        { ...slab(CTA_NECK, "coronal"), atBifurcation: true },
        { ...slab(CTA_NECK, "sagittal"), atBifurcation: true },
        { wants: CTA_NECK, mode: "axial", atBifurcation: true },
        { ...slab(CTA_NECK, "axial"), atBifurcation: true },
      ],
    },
    {
      ...{ id: "brain", title: "Brain", question: "Fresh infarcts, old ones, on which side?", grid: "2x2" },
      panes: [["DWI"], ["ADC"], ["FLAIR"], ["NCCT", "T2"]].map((roles) => ({ wants: { roles } })),
    },
    {
      ...{ id: "circle", title: "Circle", question: "Does the circle of Willis help? Tandem lesion?", grid: "2" },
      panes: [
        slab({ roles: ["CTA", "TOF"], asked: HEAD }, "axial"),
        slab({ roles: ["CTA", "TOF"], asked: HEAD }, "coronal"),
      ],
    },
    {
      ...{ id: "runs", title: "Runs", question: "Before and after: residual stenosis, emboli, spasm?", grid: "2" },
      panes: [{ wants: { roles: ["DSA"] } }, { wants: { roles: ["DSA"], nth: -1 } }],
    },
    nowAndBefore(["CTA", "US", "TOF", "DSA"], "Tighter than before?"),
  ],
};
