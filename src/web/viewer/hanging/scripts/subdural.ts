import type { ReadingScript } from "../reading-script.ts";
import { BRAIN, HEAD, nowAndBefore, overview, SUBDURAL, slices } from "./pieces.ts";

const NCCT = { roles: ["NCCT", "CBCT"], asked: HEAD } as const;

/** Chronic subdural haematoma: how thick, how much shift, its membranes, the middle meningeal artery, its course. */
export const SUBDURAL_SCRIPT: ReadingScript = {
  id: "subdural",
  name: "Subdural",
  kinds: ["subdural"],
  fits: ({ roles, vessels }) => roles.has("NCCT") && (vessels.has("MMA") || vessels.has("ECA")),
  stages: [
    overview("How thick, how much shift, can it be embolised?"),
    {
      ...{ id: "collection", title: "Collection", question: "Thickness, density, membranes, midline shift?" },
      grid: "2x2",
      panes: [
        slices(NCCT, SUBDURAL),
        slices(NCCT, BRAIN),
        { wants: NCCT, mode: "coronal", window: SUBDURAL },
        { wants: NCCT, mode: "sagittal", window: SUBDURAL },
      ],
    },
    {
      ...{
        id: "meningeal",
        title: "Meningeal artery",
        question: "Which branches? An ophthalmic or petrous anastomosis?",
      },
      grid: "2",
      panes: [
        { wants: { roles: ["DSA"], asked: { vessel: ["MMA", "ECA"] } } },
        { wants: { roles: ["DSA"], asked: { vessel: ["MMA", "ECA"] }, nth: -1 } },
      ],
    },
    nowAndBefore(["NCCT"], "Smaller than before? New blood?"),
  ],
};
