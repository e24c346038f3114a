import { type DataSet, text, texts } from "../../dicom/data-set.ts";
import type { Message } from "../../dicom/dimse.ts";
import { Refusal, STATUS } from "./service.ts";
import type { Session } from "./session.ts";

/** Levels of PS3.4 C.3 from the top, and the key that is unique at each. */
export const QUERY_LEVELS = ["PATIENT", "STUDY", "SERIES", "IMAGE"] as const;
export type QueryLevel = (typeof QUERY_LEVELS)[number];
export const UNIQUE_KEY: Readonly<Record<QueryLevel, string>> = {
  PATIENT: "PatientID",
  STUDY: "StudyInstanceUID",
  SERIES: "SeriesInstanceUID",
  IMAGE: "SOPInstanceUID",
};

/** SOP classes of the two information models (PS3.4 C.6.1.3, C.6.2.3). */
export const QUERY_CLASSES = {
  patient: {
    find: "1.2.840.10008.5.1.4.1.2.1.1",
    move: "1.2.840.10008.5.1.4.1.2.1.2",
    get: "1.2.840.10008.5.1.4.1.2.1.3",
  },
  study: {
    find: "1.2.840.10008.5.1.4.1.2.2.1",
    move: "1.2.840.10008.5.1.4.1.2.2.2",
    get: "1.2.840.10008.5.1.4.1.2.2.3",
  },
} as const;

/** "plain" for the two SOP classes of one operation. */
export function takesModel(operation: "find" | "move" | "get"): (sopClass: string) => "plain" | false {
  const both: readonly string[] = [QUERY_CLASSES.patient[operation], QUERY_CLASSES.study[operation]];
  return (sopClass) => (both.includes(sopClass) ? "plain" : false);
}

/** Extended negotiation of PS3.4 C.5.1.1, byte 1: relational queries or retrievals are agreed to, nothing else. */
export function agreeRelational(_: string, info: Uint8Array): Uint8Array {
  const answer = new Uint8Array(Math.max(1, info.length));
  answer[0] = info[0] === 1 ? 1 : 0;
  return answer;
}

/**
 * The level of an identifier, checked against its model: each level above must be named by one value of its unique key,
 * unless relational queries were negotiated. Errors: a `Refusal` A900.
 */
export function levelOf(identifier: DataSet, message: Message, session: Session): QueryLevel {
  const said = (text(identifier, "QueryRetrieveLevel") ?? "").trim().toUpperCase();
  const level = QUERY_LEVELS.find((one) => one === said);
  if (!level) throw refused(`Query/Retrieve Level is "${said.slice(0, 16)}"`);
  const { abstractSyntax } = message.context;
  const studyRoot = abstractSyntax.startsWith("1.2.840.10008.5.1.4.1.2.2.");
  if (studyRoot && level === "PATIENT") throw refused("there is no level PATIENT in Study Root");
  if (session.dimse.association.extended.get(abstractSyntax)?.[0] === 1) return level;
  for (const above of QUERY_LEVELS.slice(studyRoot ? 1 : 0, QUERY_LEVELS.indexOf(level))) {
    const values = texts(identifier, UNIQUE_KEY[above]).filter(Boolean);
    if (values.length === 1 && !/[*?]/.test(values[0]!)) continue;
    const found = values.length === 0 ? "is missing" : "must be one value";
    throw refused(`${UNIQUE_KEY[above]} ${found} (no relational query)`);
  }
  return level;
}

function refused(why: string): Refusal {
  return new Refusal(STATUS.identifierDoesNotMatch, why);
}
