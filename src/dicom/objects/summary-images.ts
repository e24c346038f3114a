import { type DataSet, items, number, numbers, text } from "../data-set.ts";
import { functionalGroup } from "../functional-groups.ts";
import { codeOf, type Reference, referencesOf } from "./content-tree.ts";
import { presentation, referencedSeries } from "./presentation.ts";
import { segmentation } from "./segments.ts";
import {
  counted,
  factsOf,
  figure,
  makingFacts,
  type ObjectSummary,
  type SummaryFact,
  tableOf,
} from "./summary-shape.ts";

/** A group of the first frame, or the item of a sequence at the top of a classic object. */
function group(ds: DataSet, name: string): DataSet {
  return functionalGroup(ds, 0, name) ?? ds;
}

/** Matrix, frames, spacing, photometric form: what any object with pixels says of them. */
export function pixelFacts(ds: DataSet): SummaryFact[] {
  const [rows, columns] = [number(ds, "Rows"), number(ds, "Columns")];
  const spacing = numbers(group(ds, "PixelMeasuresSequence"), "PixelSpacing");
  const bits = number(ds, "BitsStored");
  return factsOf([
    ["Matrix", rows && columns ? `${columns} x ${rows}` : ""],
    ["Frames", number(ds, "NumberOfFrames")],
    ["Pixel spacing", spacing.length >= 2 ? `${figure(spacing[1])} x ${figure(spacing[0])} mm` : ""],
    ["Slice thickness", unit(figure(number(group(ds, "PixelMeasuresSequence"), "SliceThickness")), "mm")],
    ["Stored as", [text(ds, "PhotometricInterpretation"), bits && `${bits} bit`].filter(Boolean).join(", ")],
    ["Image type", (ds.get(0x00080008)?.value as readonly string[] | undefined)?.join(" \\ ") ?? ""],
  ]);
}

function unit(value: string, name: string): string {
  return value === "" ? "" : `${value} ${name}`;
}

/** An image in short. */
export function imageSummary(ds: DataSet, title: string): ObjectSummary {
  const facts = [...factsOf([["Series", text(ds, "SeriesDescription")]]), ...pixelFacts(ds), ...makingFacts(ds)];
  return { title, facts, tables: [], references: [], notes: [] };
}

/** A video in short: its length and rate as the header says. */
export function videoSummary(ds: DataSet, title: string, codec: string): ObjectSummary {
  const frames = number(ds, "NumberOfFrames");
  const frameTime = number(ds, "FrameTime");
  const rate =
    number(ds, "CineRate") ?? (frameTime ? 1000 / frameTime : undefined) ?? number(ds, "RecommendedDisplayFrameRate");
  const facts = factsOf([
    ["Coded as", codec],
    ["Length", frames && rate ? `${figure(frames / rate, 3)} s` : ""],
    ["Frame rate", rate ? `${figure(rate, 3)} /s` : ""],
  ]);
  return { title, facts: [...facts, ...pixelFacts(ds), ...makingFacts(ds)], tables: [], references: [], notes: [] };
}

/** A segmentation in short: its segments with category, type, algorithm, colour and frames. */
export function segmentsSummary(ds: DataSet, title: string): ObjectSummary {
  const { type, segments, more } = segmentation(ds);
  const rows = segments.map((s) => [
    ...[String(s.number), s.label, s.category, [s.type, s.region].filter(Boolean).join(", "), s.algorithm],
    String(s.frames.length),
  ]);
  const colours = segments.map(({ colour }) => (colour ? `rgb(${colour.join(" ")})` : ""));
  return {
    title: text(ds, "ContentLabel") ? `${title}: ${text(ds, "ContentLabel")}` : title,
    facts: [
      ...factsOf([
        ["Segments", segments.length],
        [
          "Kind",
          {
            BINARY: "yes or no at each voxel",
            FRACTIONAL: "by how much, at each voxel",
            LABELMAP: "one label a voxel",
          }[type] ?? type,
        ],
        ["What", text(ds, "ContentDescription")],
      ]),
      ...pixelFacts(ds),
      ...makingFacts(ds),
    ],
    tables: [tableOf("Segments", ["", "Segment", "Category", "Type", "Made by", "Frames"], rows, colours)],
    references: allReferences(ds),
    notes: more ? ["It holds more segments than are listed."] : [],
  };
}

/** Objects named under Referenced Series Sequence. */
export function allReferences(ds: DataSet): Reference[] {
  return referencedSeries(ds).flatMap(({ images }) => images);
}

/** A presentation state in short: what it refers to and each thing that it changes. */
export function presentationSummary(ds: DataSet, title: string): ObjectSummary {
  const state = presentation(ds);
  const graphics = state.annotations.flatMap((one) => one.graphics);
  const words = graphics.filter(({ type }) => type === "TEXT");
  const images = state.series.reduce((n, one) => n + one.images.length, 0);
  const window = state.windows[0];
  const facts = factsOf([
    ["Label", state.label],
    ["What", state.description],
    ["Refers to", `${counted(images, "image")} of ${counted(state.series.length, "series", "series")}`],
    [
      "Window",
      window
        ? `${figure(window.width)} wide at ${figure(window.centre)}${state.windows.length > 1 ? `, and ${state.windows.length - 1} more` : ""}`
        : "",
    ],
    ["VOI tables", state.voiTables || ""],
    ["Grey values", [state.modalityTable && "modality table", state.inverse && "inverse"].filter(Boolean).join(", ")],
    ["Graphics", graphics.length - words.length || ""],
    ["Texts", words.length || ""],
    ["Turned", [state.rotation && `${state.rotation} degrees`, state.flipped && "mirrored"].filter(Boolean).join(", ")],
    ["Shutter", state.shutters.openings.map(({ shape }) => shape).join(", ")],
    ["Subtraction", state.mask ? "with a mask" : ""],
  ]);
  const tables = [
    ...(state.layers.length > 0
      ? [
          tableOf(
            "Layers",
            ["Layer", "Order", "Graphics"],
            state.layers.map((l) => [
              l.name,
              String(l.order),
              String(
                state.annotations.filter(({ layer }) => layer === l.name).reduce((n, a) => n + a.graphics.length, 0),
              ),
            ]),
            state.layers.map(({ colour }) => colour),
          ),
        ]
      : []),
    ...(words.length > 0
      ? [
          tableOf(
            "Words on the images",
            ["Text"],
            words.map((one) => [one.text]),
          ),
        ]
      : []),
    ...(state.areas.length > 0
      ? [
          tableOf(
            "Shown area",
            ["Size", "From", "To"],
            state.areas.map((a) => [a.mode.toLowerCase(), a.from.join(", "), a.to.join(", ")]),
          ),
        ]
      : []),
  ];
  return { title, facts: [...facts, ...makingFacts(ds)], tables, references: allReferences(ds), notes: [] };
}

interface Mapping {
  readonly label: string;
  readonly meaning: string;
  readonly unit: string;
  readonly slope: number | undefined;
  readonly intercept: number | undefined;
  readonly from: string;
}

function mappingOf(item: DataSet): Mapping {
  const ends = [number(item, "RealWorldValueFirstValueMapped"), number(item, "RealWorldValueLastValueMapped")];
  const quantity = items(item, "QuantityDefinitionSequence")
    .map((one) => codeOf(one, "ConceptCodeSequence")?.meaning)
    .filter(Boolean)[0];
  return {
    label: text(item, "LUTLabel") ?? "",
    meaning: quantity ?? text(item, "LUTExplanation") ?? "",
    unit: codeOf(item, "MeasurementUnitsCodeSequence")?.value ?? "",
    slope: number(item, "RealWorldValueSlope"),
    intercept: number(item, "RealWorldValueIntercept"),
    from: ends.every((v) => v !== undefined) ? `${ends[0]} to ${ends[1]}` : "",
  };
}

function mappingTable(found: readonly Mapping[]) {
  const columns = ["Mapping", "Quantity", "Unit", "Slope", "Intercept", "Stored values"];
  const rows = found.map((m) => [m.label, m.meaning, m.unit, figure(m.slope, 8), figure(m.intercept, 8), m.from]);
  return tableOf("Mappings", columns, rows);
}

/** A parametric map in short: its quantity and unit. */
export function mapSummary(ds: DataSet, title: string): ObjectSummary {
  const found = items(
    group(ds, "RealWorldValueMappingSequence") === ds ? ds : dsOf(ds),
    "RealWorldValueMappingSequence",
  );
  const mappings = found.slice(0, 100).map(mappingOf);
  const first = mappings[0];
  const facts = factsOf([
    ["Quantity", first?.meaning],
    ["Unit", first?.unit],
    ["What", text(ds, "ContentDescription") ?? text(ds, "SeriesDescription")],
  ]);
  return {
    title: first?.meaning ? `${title}: ${first.meaning}` : title,
    facts: [...facts, ...pixelFacts(ds), ...makingFacts(ds)],
    tables: mappings.length > 1 ? [mappingTable(mappings)] : [],
    references: allReferences(ds),
    notes: [],
  };
}

/** The item of the first frame's (else the shared) functional groups that holds the mappings. */
function dsOf(ds: DataSet): DataSet {
  const own = items(ds, "PerFrameFunctionalGroupsSequence")[0];
  const shared = items(ds, "SharedFunctionalGroupsSequence")[0];
  return (own && items(own, "RealWorldValueMappingSequence").length > 0 ? own : shared) ?? ds;
}

/** A Real World Value Mapping in short: each mapping with its unit, slope, and how many images it is for. */
export function valueMappingSummary(ds: DataSet, title: string): ObjectSummary {
  const sets = items(ds, "ReferencedImageRealWorldValueMappingSequence").slice(0, 1000);
  const mappings = sets.flatMap((one) => items(one, "RealWorldValueMappingSequence").slice(0, 100).map(mappingOf));
  const references = sets.flatMap((one) => referencesOf(one, "ReferencedImageSequence"));
  const facts = factsOf([
    ["Label", text(ds, "ContentLabel")],
    ["What", text(ds, "ContentDescription")],
    ["For", counted(references.length, "image")],
  ]);
  const unique = [...new Map(mappings.map((m) => [JSON.stringify(m), m])).values()];
  return { title, facts: [...facts, ...makingFacts(ds)], tables: [mappingTable(unique)], references, notes: [] };
}
