import type { ReadingScript } from "../reading-script.ts";
import { nowAndBefore, overview, planesAndRendering } from "./pieces.ts";

/** Malformation or fistula: where the nidus lies, what feeds and what drains it, its shape, what is left of it. */
export const AVM_SCRIPT: ReadingScript = {
  id: "avm",
  name: "AVM, fistula",
  kinds: ["avm"],
  fits: ({ roles }) => roles.has("DSA") && (roles.has("T2") || roles.has("FLAIR")) && !roles.has("CTA"),
  stages: [
    overview("Where is it, what feeds it, where does it drain?"),
    {
      ...{ id: "nidus", title: "Nidus", question: "Size, eloquence, old bleeding, oedema?", grid: "2x2" },
      panes: [["T2"], ["FLAIR"], ["SWI", "T1"], ["TOF", "CTA"]].map((roles) => ({ wants: { roles } })),
    },
    {
      ...{ id: "feeders", title: "Feeders", question: "Which arteries, how early the first vein?", grid: "2x2" },
      panes: [
        { wants: { roles: ["DSA"], asked: { vessel: "ICA" } } },
        { wants: { roles: ["DSA"], asked: { vessel: "ICA" }, nth: 1 } },
        { wants: { roles: ["DSA"], exactly: { vessel: "ECA" } } },
        { wants: { roles: ["DSA"], exactly: { vessel: ["VA", "BA"] } } },
      ],
    },
    {
      ...{ id: "rotation", title: "Rotation", question: "Aneurysms on the feeders or in the nidus? A narrow vein?" },
      ...{ grid: "2x2", panes: planesAndRendering({ roles: ["3DRA", "CTA", "TOF"] }) },
    },
    nowAndBefore(["DSA", "3DRA", "TOF", "T2"], "What is left of it?"),
  ],
};
