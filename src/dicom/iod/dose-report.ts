import { type DataSet, dataSet } from "../data-set.ts";
import { contextFields, dateTime, type ObjectContext } from "./ct-context.ts";

const RADIATION_DOSE_SR = "1.2.840.10008.5.1.4.1.1.88.67";

/** One irradiation event: fluoroscopy, a stationary run or a rotation. */
export interface DoseEvent {
  readonly uid: string;
  readonly kind: "fluoroscopy" | "stationary" | "rotational";
  readonly ms: number;
  readonly protocol: string;
  readonly durationS: number;
  readonly pulses: number;
  readonly pulseMs: number;
  readonly kvp: number;
  readonly currentMa: number;
  /** Dose area product in Gy.m2 and air kerma at the reference point in Gy. */
  readonly dap: number;
  readonly kerma: number;
  readonly primaryAngle: number;
  readonly secondaryAngle: number;
}

/** The dose report of one angiography; the totals are computed here from the events. */
export interface DoseReport {
  readonly context: ObjectContext;
  readonly deviceUid: string;
  readonly deviceName: string;
  readonly events: readonly DoseEvent[];
}

type Code = readonly [string, string, string];

const HAS_INTENT: Code = ["363703001", "SCT", "Has Intent"];
const THERAPEUTIC: Code = ["262202000", "SCT", "Therapeutic Intent"];
const KIND: Readonly<Record<DoseEvent["kind"], Code>> = {
  fluoroscopy: ["44491008", "SCT", "Fluoroscopy"],
  stationary: ["113611", "DCM", "Stationary Acquisition"],
  rotational: ["113613", "DCM", "Rotational Acquisition"],
};

function dcm(code: string, meaning: string): Code {
  return [code, "DCM", meaning];
}

function code([value, scheme, meaning]: Code): DataSet {
  return dataSet({ CodeValue: value, CodingSchemeDesignator: scheme, CodeMeaning: meaning });
}

function coded(relationship: string, name: Code, value: Code, children: readonly DataSet[] = []): DataSet {
  return dataSet({
    RelationshipType: relationship,
    ValueType: "CODE",
    ConceptNameCodeSequence: code(name),
    ConceptCodeSequence: code(value),
    ContentSequence: children.length ? children : undefined,
  });
}

function quantity(name: Code, value: number, unit: readonly [string, string]): DataSet {
  return dataSet({
    RelationshipType: "CONTAINS",
    ValueType: "NUM",
    ConceptNameCodeSequence: code(name),
    MeasuredValueSequence: dataSet({
      MeasurementUnitsCodeSequence: code([unit[0], "UCUM", unit[1]]),
      NumericValue: value,
    }),
  });
}

function textual(kind: "TEXT" | "UIDREF" | "DATETIME", relationship: string, name: Code, value: string): DataSet {
  const field = kind === "TEXT" ? "TextValue" : kind === "UIDREF" ? "UID" : "DateTime";
  return dataSet({
    RelationshipType: relationship,
    ValueType: kind,
    ConceptNameCodeSequence: code(name),
    [field]: value,
  });
}

function container(name: Code, children: readonly DataSet[]): DataSet {
  return dataSet({
    RelationshipType: "CONTAINS",
    ValueType: "CONTAINER",
    ConceptNameCodeSequence: code(name),
    ContinuityOfContent: "SEPARATE",
    ContentSequence: children,
  });
}

const UNIT = {
  dap: ["Gy.m2", "Gy.m2"],
  gray: ["Gy", "Gy"],
  second: ["s", "s"],
  millisecond: ["ms", "ms"],
  kilovolt: ["kV", "kV"],
  milliampere: ["mA", "mA"],
  degree: ["deg", "deg"],
  one: ["1", "no units"],
  rate: ["{pulse}/s", "pulse/s"],
} as const;

/** Sums of a list of events, for the report and for whoever checks it. Gy.m2, Gy, s. */
export function doseTotals(events: readonly DoseEvent[]): {
  dap: number;
  kerma: number;
  fluoroDap: number;
  fluoroKerma: number;
  fluoroS: number;
  runDap: number;
  runKerma: number;
  runS: number;
  frames: number;
} {
  const of = (f: (e: DoseEvent) => number, fluoro?: boolean): number =>
    Number(
      events
        .filter((e) => fluoro === undefined || (e.kind === "fluoroscopy") === fluoro)
        .reduce((sum, e) => sum + f(e), 0)
        .toPrecision(9),
    );
  return {
    dap: of((e) => e.dap),
    kerma: of((e) => e.kerma),
    fluoroDap: of((e) => e.dap, true),
    fluoroKerma: of((e) => e.kerma, true),
    fluoroS: of((e) => e.durationS, true),
    runDap: of((e) => e.dap, false),
    runKerma: of((e) => e.kerma, false),
    runS: of((e) => e.durationS, false),
    frames: of((e) => e.pulses, false),
  };
}

/**
 * An X-Ray Radiation Dose SR after TID 10001 (projection X-ray): accumulated dose (TID 10002, 10004) and one container
 * an irradiation event (TID 10003). The accumulated figures are the sums of the events.
 */
export function doseReport(report: DoseReport): DataSet {
  const { context, events } = report;
  const total = doseTotals(events);
  const single = coded("HAS CONCEPT MOD", dcm("113764", "Acquisition Plane"), dcm("113622", "Single Plane"));
  const accumulated = container(dcm("113702", "Accumulated X-Ray Dose Data"), [
    single,
    quantity(dcm("113722", "Dose Area Product Total"), total.dap, UNIT.dap),
    quantity(dcm("113725", "Dose (RP) Total"), total.kerma, UNIT.gray),
    quantity(dcm("113726", "Fluoro Dose Area Product Total"), total.fluoroDap, UNIT.dap),
    quantity(dcm("113728", "Fluoro Dose (RP) Total"), total.fluoroKerma, UNIT.gray),
    quantity(dcm("113730", "Total Fluoro Time"), total.fluoroS, UNIT.second),
    quantity(dcm("113727", "Acquisition Dose Area Product Total"), total.runDap, UNIT.dap),
    quantity(dcm("113729", "Acquisition Dose (RP) Total"), total.runKerma, UNIT.gray),
    quantity(dcm("113855", "Total Acquisition Time"), total.runS, UNIT.second),
    quantity(dcm("113731", "Total Number of Radiographic Frames"), total.frames, UNIT.one),
    coded("CONTAINS", dcm("113780", "Reference Point Definition"), dcm("113860", "15cm from Isocenter toward Source")),
  ]);
  const time = dateTime(context.ms);
  return dataSet({
    ...contextFields(context, RADIATION_DOSE_SR),
    BodyPartExamined: undefined,
    ProtocolName: undefined,
    ReferencedPerformedProcedureStepSequence: [],
    PerformedProcedureCodeSequence: [],
    CompletionFlag: "COMPLETE",
    VerificationFlag: "UNVERIFIED",
    ContentDate: time.date,
    ContentTime: time.time,
    ValueType: "CONTAINER",
    ConceptNameCodeSequence: code(dcm("113701", "X-Ray Radiation Dose Report")),
    ContinuityOfContent: "SEPARATE",
    ContentTemplateSequence: dataSet({ MappingResource: "DCMR", TemplateIdentifier: "10001" }),
    ContentSequence: [
      coded("HAS CONCEPT MOD", dcm("121058", "Procedure reported"), dcm("113704", "Projection X-Ray"), [
        coded("HAS CONCEPT MOD", HAS_INTENT, THERAPEUTIC),
      ]),
      coded("HAS OBS CONTEXT", dcm("121005", "Observer Type"), dcm("121007", "Device")),
      textual("UIDREF", "HAS OBS CONTEXT", dcm("121012", "Device Observer UID"), report.deviceUid),
      textual("TEXT", "HAS OBS CONTEXT", dcm("121013", "Device Observer Name"), report.deviceName),
      dataSet({
        RelationshipType: "HAS OBS CONTEXT",
        ValueType: "CODE",
        ConceptNameCodeSequence: code(dcm("113705", "Scope of Accumulation")),
        ConceptCodeSequence: code(dcm("113014", "Study")),
        ContentSequence: [textual("UIDREF", "HAS PROPERTIES", dcm("110180", "Study Instance UID"), context.study.uid)],
      }),
      accumulated,
      ...events.map(eventItem),
      coded("CONTAINS", dcm("113854", "Source of Dose Information"), dcm("113856", "Automated Data Collection")),
    ],
  });
}

function eventItem(e: DoseEvent): DataSet {
  const at = dateTime(e.ms);
  return container(dcm("113706", "Irradiation Event X-Ray Data"), [
    coded("HAS CONCEPT MOD", dcm("113764", "Acquisition Plane"), dcm("113622", "Single Plane")),
    textual("UIDREF", "CONTAINS", dcm("113769", "Irradiation Event UID"), e.uid),
    textual("DATETIME", "CONTAINS", dcm("111526", "DateTime Started"), `${at.date}${at.time}+0000`),
    coded("CONTAINS", dcm("113721", "Irradiation Event Type"), KIND[e.kind]),
    textual("TEXT", "CONTAINS", dcm("125203", "Acquisition Protocol"), e.protocol),
    coded("CONTAINS", dcm("113780", "Reference Point Definition"), dcm("113860", "15cm from Isocenter toward Source")),
    quantity(dcm("122130", "Dose Area Product"), e.dap, UNIT.dap),
    quantity(dcm("113738", "Dose (RP)"), e.kerma, UNIT.gray),
    quantity(dcm("112011", "Positioner Primary Angle"), e.primaryAngle, UNIT.degree),
    quantity(dcm("112012", "Positioner Secondary Angle"), e.secondaryAngle, UNIT.degree),
    quantity(dcm("113733", "KVP"), e.kvp, UNIT.kilovolt),
    quantity(dcm("113734", "X-Ray Tube Current"), e.currentMa, UNIT.milliampere),
    quantity(dcm("113768", "Number of Pulses"), e.pulses, UNIT.one),
    quantity(dcm("113793", "Pulse Width"), e.pulseMs, UNIT.millisecond),
    quantity(dcm("113824", "Exposure Time"), Math.round(e.pulses * e.pulseMs), UNIT.millisecond),
    quantity(dcm("113742", "Irradiation Duration"), e.durationS, UNIT.second),
  ]);
}
