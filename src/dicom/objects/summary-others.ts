import { type DataSet, items, number, numbers, text, texts } from "../data-set.ts";
import { codeOf, contentTree, nameWords, type Reference, referencesOf } from "./content-tree.ts";
import { allReferences, pixelFacts } from "./summary-images.ts";
import { counted, factsOf, figure, makingFacts, type ObjectSummary, tableOf } from "./summary-shape.ts";
import { waveGroups } from "./waveform.ts";

const MOST = 2000;

/** A report in short: its title, state, who observed; the content itself is the tree. */
export function reportSummary(ds: DataSet, title: string): ObjectSummary {
  const concept = codeOf(ds, "ConceptNameCodeSequence")?.meaning;
  const template = items(ds, "ContentTemplateSequence")[0];
  const verified = items(ds, "VerifyingObserverSequence").map((one) => nameWords(text(one, "VerifyingObserverName")));
  const tree = contentTree(ds);
  const facts = factsOf([
    ["State", [text(ds, "CompletionFlag"), text(ds, "VerificationFlag")].filter(Boolean).join(", ").toLowerCase()],
    ["Verified by", verified.filter(Boolean).join("; ")],
    ["Template", template ? `TID ${text(template, "TemplateIdentifier") ?? "?"}` : ""],
    ["Items", tree.items.length - 1],
  ]);
  const references = tree.items.flatMap(({ reference }) => reference ?? []);
  const notes = tree.more ? [`Only the first ${tree.items.length} items are shown. Download it to see the whole.`] : [];
  return {
    title: concept ?? title,
    facts: [...facts, ...makingFacts(ds)],
    tables: [],
    references: once(references),
    notes,
  };
}

function once(references: readonly Reference[]): Reference[] {
  return [...new Map(references.map((one) => [`${one.sopUid} ${one.frames.join()}`, one])).values()];
}

/** A key object selection in short: its title, the reasons, what it says, and the images it marks. */
export function keysSummary(ds: DataSet, title: string): ObjectSummary {
  const tree = contentTree(ds).items;
  const said = (kind: string, concept: string) =>
    tree.filter((one) => one.kind === kind && one.concept?.value === concept).map(({ value }) => value);
  const references = once(tree.flatMap(({ reference }) => reference ?? []));
  const facts = factsOf([
    ["Reason", said("CODE", "113011").join(", ")],
    ["Says", said("TEXT", "113012").join("\n")],
    ["By", said("PNAME", "121008").join(", ")],
    ["Marks", counted(references.length, "object")],
  ]);
  const concept = codeOf(ds, "ConceptNameCodeSequence")?.meaning;
  return { title: concept ?? title, facts: [...facts, ...makingFacts(ds)], tables: [], references, notes: [] };
}

/** An encapsulated document in short. */
export function documentSummary(ds: DataSet, title: string): ObjectSummary {
  const size = number(ds, "EncapsulatedDocumentLength");
  const concept = codeOf(ds, "ConceptNameCodeSequence")?.meaning;
  const facts = factsOf([
    ["Kind", concept],
    ["Format", text(ds, "MIMETypeOfEncapsulatedDocument")],
    ["Size", size === undefined ? "" : size < 1e6 ? `${figure(size / 1e3, 3)} kB` : `${figure(size / 1e6, 3)} MB`],
    ["Made from", text(ds, "ConversionType")],
  ]);
  const name = text(ds, "DocumentTitle") || concept || title;
  return { title: name, facts: [...facts, ...makingFacts(ds)], tables: [], references: allReferences(ds), notes: [] };
}

/** A waveform in short: each group with its rate, length and channels. */
export function waveformSummary(ds: DataSet, title: string): ObjectSummary {
  const groups = waveGroups(ds);
  const rows = groups.map((g) => [
    ...[g.label, String(g.channels.length), `${figure(g.rateHz)} Hz`],
    g.rateHz > 0 ? `${figure(g.samples / g.rateHz, 4)} s` : "",
    g.channels.map(({ label }) => label).join(", "),
  ]);
  const tables = [tableOf("Groups", ["Group", "Channels", "Rate", "Length", "Names"], rows)];
  const said = items(ds, "WaveformAnnotationSequence").slice(0, MOST);
  const notes = said.map((one) => [
    codeOf(one, "ConceptNameCodeSequence")?.meaning ?? "",
    text(one, "UnformattedTextValue") ??
      [text(one, "NumericValue"), codeOf(one, "MeasurementUnitsCodeSequence")?.value].filter(Boolean).join(" "),
  ]);
  const spoken = notes.filter(([, value]) => value);
  if (spoken.length > 0) tables.push(tableOf("Measured or noted by the device", ["", "Value"], spoken as string[][]));
  return { title, facts: makingFacts(ds), tables, references: [], notes: [] };
}

/** An RT Structure Set in short: its regions with colour and number of contours. */
export function structuresSummary(ds: DataSet, title: string): ObjectSummary {
  const contours = new Map(items(ds, "ROIContourSequence").map((one) => [number(one, "ReferencedROINumber"), one]));
  const observed = new Map(
    items(ds, "RTROIObservationsSequence").map((one) => [number(one, "ReferencedROINumber"), one]),
  );
  const list = items(ds, "StructureSetROISequence").slice(0, MOST);
  const rows = list.map((roi) => {
    const own = number(roi, "ROINumber");
    const drawn = contours.get(own);
    const seen = observed.get(own);
    return [
      String(own ?? ""),
      text(roi, "ROIName") ?? "",
      (seen && text(seen, "RTROIInterpretedType"))?.toLowerCase() ?? "",
      (text(roi, "ROIGenerationAlgorithm") ?? "").toLowerCase(),
      String(drawn ? items(drawn, "ContourSequence").length : 0),
    ];
  });
  const colours = list.map((roi) => {
    const drawn = contours.get(number(roi, "ROINumber"));
    const rgb = drawn ? numbers(drawn, "ROIDisplayColor") : [];
    return rgb.length === 3 && rgb.every((v) => v >= 0 && v <= 255) ? `rgb(${rgb.join(" ")})` : "";
  });
  const facts = factsOf([
    ["Label", text(ds, "StructureSetLabel")],
    ["Regions", list.length],
  ]);
  const table = tableOf("Regions", ["", "Region", "Type", "Made by", "Contours"], rows, colours);
  const notes = ["Contours are listed, not drawn: open the planning images, or download it for a planning program."];
  return { title, facts: [...facts, ...makingFacts(ds)], tables: [table], references: [], notes };
}

/** An RT Plan or RT Ion Plan in short: prescription, fractions and beams. */
export function planSummary(ds: DataSet, title: string): ObjectSummary {
  const doses = items(ds, "DoseReferenceSequence").slice(0, MOST);
  const groups = items(ds, "FractionGroupSequence").slice(0, MOST);
  const beams = [...items(ds, "BeamSequence"), ...items(ds, "IonBeamSequence")].slice(0, MOST);
  const facts = factsOf([
    ["Label", text(ds, "RTPlanLabel")],
    ["Name", text(ds, "RTPlanName")],
    ["Intent", (text(ds, "PlanIntent") ?? "").toLowerCase()],
    ["Approval", (text(ds, "ApprovalStatus") ?? "").toLowerCase()],
    ["Beams", beams.length || ""],
  ]);
  const tables = [
    tableOf(
      "Prescription",
      ["To", "Type", "Dose, Gy"],
      doses.map((d) => [
        text(d, "DoseReferenceDescription") ?? text(d, "DoseReferenceStructureType") ?? "",
        (text(d, "DoseReferenceType") ?? "").toLowerCase(),
        figure(number(d, "TargetPrescriptionDose") ?? number(d, "DeliveryMaximumDose")),
      ]),
    ),
    tableOf(
      "Fractions",
      ["Group", "Planned", "Beams"],
      groups.map((g) => [
        figure(number(g, "FractionGroupNumber")),
        figure(number(g, "NumberOfFractionsPlanned")),
        figure(number(g, "NumberOfBeams")),
      ]),
    ),
    tableOf(
      "Beams",
      ["", "Name", "Type", "Radiation", "Machine"],
      beams.map((b) => [
        figure(number(b, "BeamNumber")),
        text(b, "BeamName") ?? text(b, "BeamDescription") ?? "",
        (text(b, "BeamType") ?? "").toLowerCase(),
        (text(b, "RadiationType") ?? "").toLowerCase(),
        text(b, "TreatmentMachineName") ?? "",
      ]),
    ),
  ];
  const references = referencesOf(ds, "ReferencedStructureSetSequence");
  return {
    title,
    facts: [...facts, ...makingFacts(ds)],
    tables: tables.filter(({ rows }) => rows.length > 0),
    references,
    notes: [],
  };
}

/** An RT Dose in short: its grid and what one stored value is worth. */
export function doseGridSummary(ds: DataSet, title: string): ObjectSummary {
  const facts = factsOf([
    ["Unit", { GY: "Gy", RELATIVE: "relative" }[text(ds, "DoseUnits") ?? ""] ?? text(ds, "DoseUnits")],
    ["Kind", (text(ds, "DoseType") ?? "").toLowerCase()],
    ["Sums", (text(ds, "DoseSummationType") ?? "").toLowerCase()],
    ["One stored step", figure(number(ds, "DoseGridScaling"), 6)],
    ["Volume histograms", items(ds, "DVHSequence").length || ""],
  ]);
  const notes = ["The dose is shown as stored, plane by plane; it is not laid over the planning images here."];
  return {
    title,
    facts: [...facts, ...pixelFacts(ds), ...makingFacts(ds)],
    tables: [],
    references: referencesOf(ds, "ReferencedRTPlanSequence"),
    notes,
  };
}

/** A registration in short: its frames of reference and the matrices between them. */
export function registrationSummary(ds: DataSet, title: string): ObjectSummary {
  const list = [...items(ds, "RegistrationSequence"), ...items(ds, "DeformableRegistrationSequence")].slice(0, 200);
  const rows = list.map((one) => {
    const steps = items(one, "MatrixRegistrationSequence").flatMap((m) => items(m, "MatrixSequence"));
    const matrix = steps[0] ? numbers(steps[0], "FrameOfReferenceTransformationMatrix") : [];
    return [
      text(one, "FrameOfReferenceUID") ?? text(one, "SourceFrameOfReferenceUID") ?? "",
      (steps[0] && text(steps[0], "FrameOfReferenceTransformationMatrixType"))?.toLowerCase() ??
        (items(one, "DeformableRegistrationGridSequence").length > 0 ? "deformable" : ""),
      matrix.length === 16
        ? [0, 4, 8]
            .map((r) =>
              matrix
                .slice(r, r + 4)
                .map((v) => figure(v, 5))
                .join("  "),
            )
            .join(" | ")
        : "",
      String(items(one, "ReferencedImageSequence").length),
    ];
  });
  const facts = factsOf([
    ["Into the space", text(ds, "FrameOfReferenceUID")],
    ["What", text(ds, "ContentDescription")],
  ]);
  const table = tableOf("From", ["Frame of reference", "Kind", "Matrix (rows)", "Images"], rows);
  const references = [...list.flatMap((one) => referencesOf(one, "ReferencedImageSequence")), ...allReferences(ds)];
  const notes = ["It is not applied here: images of both spaces are shown each in its own."];
  return { title, facts: [...facts, ...makingFacts(ds)], tables: [table], references: once(references), notes };
}

/** Spatial fiducials in short: sets and points. */
export function fiducialsSummary(ds: DataSet, title: string): ObjectSummary {
  const rows = items(ds, "FiducialSetSequence")
    .slice(0, 200)
    .flatMap((set) =>
      items(set, "FiducialSequence")
        .slice(0, MOST)
        .map((one) => [
          text(one, "FiducialDescription") ??
            text(one, "FiducialIdentifier") ??
            codeOf(one, "FiducialIdentifierCodeSequence")?.meaning ??
            "",
          (text(one, "ShapeType") ?? "").toLowerCase(),
          texts(one, "ContourData").slice(0, 3).join(", "),
        ]),
    );
  const table = tableOf("Fiducials", ["Point", "Shape", "Place, mm"], rows);
  return { title, facts: makingFacts(ds), tables: [table], references: allReferences(ds), notes: [] };
}
