import { type DataSet, number, text, texts } from "../data-set.ts";
import type { DeidentifyOptions } from "./profile.ts";
import { isVideo } from "./withheld.ts";

/** Something that only a person who looks can settle. */
export interface Flag {
  readonly kind: "burned-in text" | "face" | "overlay" | "video" | "document";
  readonly risk: "certain" | "likely" | "possible";
  readonly why: string;
}

const CLASS = "1.2.840.10008.5.1.4.1.1.";
const HEAD = /HEAD|BRAIN|SKULL|FACE|NECK|ORBIT|SINUS/i;
/** Modalities whose devices write name and date into the picture as a rule. */
const WRITES_INTO_PIXELS = new Set(["US", "IVUS", "OT", "ES", "XC", "SC", "DOC", "ECG", "HC", "DG", "OP"]);

/** What the pixels of an object may still tell after its attributes were treated. Judged on the object as it came. */
export function pixelFlags(ds: DataSet, transferSyntax: string, options: DeidentifyOptions): Flag[] {
  const flags: Flag[] = [];
  const sopClass = text(ds, "SOPClassUID") ?? "";
  if (options.documents && sopClass.startsWith(`${CLASS}104.`))
    flags.push({ kind: "document", risk: "likely", why: "an encapsulated document is given out unread" });
  if (options.documents && sopClass.startsWith(`${CLASS}9.4.`))
    flags.push({ kind: "document", risk: "likely", why: "recorded speech is given out unheard" });
  if (number(ds, "Rows") === undefined) return flags;
  if (isVideo(transferSyntax))
    flags.push({ kind: "video", risk: "likely", why: "a video may show names, faces and rooms" });
  const burned = burnedIn(ds, sopClass);
  if (burned) flags.push(burned);
  const face = faceVisible(ds);
  if (face) flags.push(face);
  return flags;
}

function burnedIn(ds: DataSet, sopClass: string): Flag | null {
  const kind = "burned-in text" as const;
  const said = text(ds, "BurnedInAnnotation")?.toUpperCase();
  if (said === "YES") return { kind, risk: "certain", why: "Burned In Annotation says YES" };
  const type = texts(ds, "ImageType").join(" ").toUpperCase();
  if (/SCREEN ?SAVE|SCREENSHOT|CAPTURE|REPORT/.test(type))
    return { kind, risk: "likely", why: `Image Type says ${texts(ds, "ImageType").join("\\")}` };
  const modality = text(ds, "Modality")?.toUpperCase() ?? "";
  const capture = sopClass === `${CLASS}7` || sopClass.startsWith(`${CLASS}7.`);
  if (capture && said !== "NO")
    return { kind, risk: "likely", why: `a secondary capture${modality ? ` of ${modality}` : ""}` };
  if (WRITES_INTO_PIXELS.has(modality) && said !== "NO")
    return { kind, risk: "likely", why: `${modality} devices write name and date into the picture` };
  const fluoroscopy = modality === "XA" || modality === "RF" || sopClass.startsWith(`${CLASS}12.`);
  if (fluoroscopy && said !== "NO")
    return { kind, risk: "possible", why: "an X-ray run that does not say that nothing is burned in" };
  if (capture || WRITES_INTO_PIXELS.has(modality))
    return { kind, risk: "possible", why: "Burned In Annotation says NO, which devices often say untruly" };
  return null;
}

function faceVisible(ds: DataSet): Flag | null {
  if (text(ds, "RecognizableVisualFeatures")?.toUpperCase() === "YES")
    return { kind: "face", risk: "certain", why: "Recognizable Visual Features says YES" };
  const modality = text(ds, "Modality")?.toUpperCase() ?? "";
  const where = ["BodyPartExamined", "StudyDescription", "SeriesDescription", "ProtocolName"];
  if (!["CT", "MR", "PT"].includes(modality) || !where.some((keyword) => HEAD.test(text(ds, keyword) ?? "")))
    return null;
  const thickness = number(ds, "SliceThickness");
  const thin = thickness === undefined || thickness <= 2;
  return {
    ...{ kind: "face", risk: thin ? "likely" : "possible" },
    why: `from ${thin ? "thin " : ""}${modality} slices of the head a face can be rebuilt`,
  };
}
