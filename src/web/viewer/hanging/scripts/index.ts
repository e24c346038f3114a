import type { CaseKind } from "../../../../cases/views.ts";
import type { ReadingScript, ScriptCase } from "../reading-script.ts";
import { ANEURYSM_SCRIPT } from "./aneurysm.ts";
import { AVM_SCRIPT } from "./avm.ts";
import { CAROTID_SCRIPT } from "./carotid.ts";
import { FOLLOW_UP_SCRIPT } from "./follow-up.ts";
import { overview } from "./pieces.ts";
import { SPINE_SCRIPT } from "./spine.ts";
import { STROKE_SCRIPT } from "./stroke.ts";
import { SUBDURAL_SCRIPT } from "./subdural.ts";

const GENERAL_SCRIPT: ReadingScript = {
  ...{ id: "general", name: "As it hangs", kinds: [], fits: () => true },
  stages: [overview("What is there?")],
};

/** Every reading script; the first that fits is taken where no case says what is asked. */
export const SCRIPTS: readonly ReadingScript[] = [
  SPINE_SCRIPT,
  CAROTID_SCRIPT,
  SUBDURAL_SCRIPT,
  STROKE_SCRIPT,
  AVM_SCRIPT,
  ANEURYSM_SCRIPT,
  FOLLOW_UP_SCRIPT,
  GENERAL_SCRIPT,
];

/** The script of a case: by what is asked, else by what was imaged. */
export function scriptFor(images: ScriptCase): ReadingScript {
  const byKind = (kind: CaseKind | undefined) => kind && SCRIPTS.find(({ kinds }) => kinds.includes(kind));
  return byKind(images.kind) ?? SCRIPTS.find(({ fits }) => fits(images)) ?? GENERAL_SCRIPT;
}
