import type { ReadingScript } from "../reading-script.ts";
import { BRAIN, NECK, nowAndBefore, overview, planes, STROKE, slab, slices } from "./pieces.ts";

const NCCT = { roles: ["NCCT"], asked: { region: ["head", "head and neck"] } } as const;
const ARTERIAL = { roles: ["CTA"], asked: { phase: ["arterial", "multiphase"] } } as const;

/** Acute stroke and haemorrhage: bleeding first, then the vessel, what can be saved, the way there, what was done. */
export const STROKE_SCRIPT: ReadingScript = {
  id: "stroke",
  name: "Stroke",
  kinds: ["stroke", "haemorrhage"],
  fits: ({ roles }) => roles.has("CTP") || (roles.has("NCCT") && roles.has("CTA") && !roles.has("3DRA")),
  stages: [
    overview("What is closed, what is lost, what can be saved?"),
    {
      ...{ id: "plain", title: "Plain CT", question: "Bleeding? Early signs, ASPECTS? A dense artery?", grid: "2" },
      panes: [slices(NCCT, STROKE), slices(NCCT, BRAIN)],
    },
    {
      ...{ id: "vessels", title: "Vessels", question: "Which vessel is closed, and where does the clot end?" },
      ...{ grid: "2x2", panes: planes(ARTERIAL) },
    },
    {
      ...{ id: "collaterals", title: "Collaterals", question: "How much fills late, and how late?", grid: "1+2" },
      panes: (["arterial", "venous", "late"] as const).map((phase) =>
        slab({ roles: ["CTA"], exactly: { phase } }, "axial", 24),
      ),
    },
    {
      ...{ id: "perfusion", title: "Perfusion", question: "How large are core and penumbra?", grid: "2x2" },
      panes: [{ map: "tmax" }, { map: "cbf" }, { map: "cbv" }, { map: "mtt" }],
    },
    {
      ...{
        id: "diffusion",
        title: "MR",
        question: "Core on DWI? Older than 4.5 h on FLAIR? Blood on SWI?",
        grid: "2x2",
      },
      panes: [["DWI"], ["ADC"], ["FLAIR"], ["SWI", "TOF"]].map((roles) => ({ wants: { roles } })),
    },
    {
      ...{ id: "access", title: "Access", question: "Arch, tortuous neck, a second lesion on the way?", grid: "2" },
      panes: [
        slab({ roles: ["CTA"], exactly: NECK }, "coronal", 40),
        slab({ roles: ["CTA"], exactly: NECK }, "sagittal", 40),
      ],
    },
    {
      ...{ id: "runs", title: "Angiography", question: "Open again? eTICI, distal emboli, spasm?", grid: "2" },
      panes: [{ wants: { roles: ["DSA"] } }, { wants: { roles: ["DSA"], nth: -1 } }],
    },
    nowAndBefore(["NCCT", "CBCT", "DWI"], "What is new?"),
  ],
};
