import type { ReadingScript, Stage } from "../reading-script.ts";
import { overview } from "./pieces.ts";

const pair = (id: string, title: string, roles: readonly string[], question: string): Stage => ({
  ...{ id, title, question, grid: "2" },
  panes: [{ wants: { roles } }, { wants: { roles, prior: true } }],
});

/** Follow-up: each kind of image beside the one before it, at the same level. */
export const FOLLOW_UP_SCRIPT: ReadingScript = {
  id: "follow-up",
  name: "Follow-up",
  kinds: [],
  fits: ({ hasPriors }) => hasPriors,
  stages: [
    overview("What was asked, what was done?"),
    pair("vessels", "Vessels", ["CTA", "TOF"], "Occluded, recurrent, grown, narrower?"),
    pair("rotation", "Rotation", ["3DRA"], "Neck remnant, compaction?"),
    pair("runs", "Runs", ["DSA"], "Same projection: what has changed?"),
    pair("plain", "Plain CT", ["NCCT", "CBCT"], "New blood, larger ventricles, infarct?"),
    pair("brain", "Brain", ["FLAIR", "T2"], "New lesions?"),
    pair("diffusion", "Diffusion", ["DWI"], "Fresh infarcts?"),
  ],
};
