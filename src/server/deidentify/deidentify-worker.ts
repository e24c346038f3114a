import { number, text } from "../../dicom/data-set.ts";
import type { Change } from "../../dicom/deidentify/changes.ts";
import { deidentify, type Subject } from "../../dicom/deidentify/deidentify.ts";
import { optionsOf } from "../../dicom/deidentify/option-words.ts";
import type { Flag } from "../../dicom/deidentify/pixel-risk.ts";
import { keyedPseudonyms } from "../../dicom/deidentify/pseudonyms.ts";
import { serveTasks } from "../ingest/worker-tasks.ts";
import { macOf } from "./projects.ts";

/** One whole file, the options in words, and the secret of the project. `looks`: no bytes are wanted back. */
export interface DeidentifyTask {
  readonly bytes: Uint8Array;
  readonly options: readonly string[];
  readonly secret: Uint8Array;
  readonly looks: boolean;
}

export type DeidentifyReply =
  | {
      readonly state: "done";
      readonly bytes: Uint8Array;
      readonly changes: readonly Change[];
      readonly removedWords: readonly string[];
      readonly flags: readonly Flag[];
      readonly subject: Subject;
      /** What the list of an export says of the object, from the de-identified one. */
      readonly line: Readonly<Record<"modality" | "description" | "number" | "sopClass", string>>;
    }
  | { readonly state: "withheld"; readonly sopClass: string; readonly reason: string };

function run({ bytes, options, secret, looks }: DeidentifyTask): DeidentifyReply {
  const made = deidentify(bytes, optionsOf(options), keyedPseudonyms(macOf(secret)));
  if (made.state === "withheld") return made;
  const { dataSet, changes, removedWords, flags, subject } = made;
  const line = {
    modality: text(dataSet, "Modality") ?? "",
    description: text(dataSet, "SeriesDescription") ?? "",
    number: String(number(dataSet, "InstanceNumber") ?? ""),
    sopClass: text(dataSet, "SOPClassUID") ?? "",
  };
  return { state: "done", bytes: looks ? new Uint8Array(0) : made.bytes, changes, removedWords, flags, subject, line };
}

serveTasks<DeidentifyTask, DeidentifyReply>({
  work: run,
  unknown(error) {
    console.error(error);
    return { code: "internal", message: "This object could not be de-identified." };
  },
  handOver: (reply) => (reply.state === "done" ? [reply.bytes.buffer as ArrayBuffer] : []),
});
