import { randomUUID } from "node:crypto";
import type { KeptChange, KeptView } from "../../cases/kept.ts";
import { willisEquipment } from "../../dicom/iod/derived-context.ts";
import { measurementReport } from "../../dicom/iod/measurement-report.ts";
import { uidOf, uidOfUuid } from "../../dicom/uid.ts";
import { knownPlace } from "../db/kept/images.ts";
import {
  applyChange,
  deletedSince,
  lockReport,
  measurementsOf,
  type ReportRow,
  reportStored,
  setReportVersion,
} from "../db/kept/measurements.ts";
import { transaction } from "../db/pool.ts";
import type { Person } from "../http/route.ts";
import type { Services } from "../http/services.ts";
import { VERSION } from "../http/version.ts";
import { personName, reportMeasurement } from "./report-of.ts";
import { DEVICE, type KeepingStudy, keepingStudy, SERIES_NUMBERS, storeKept } from "./study-of.ts";

export interface Saved {
  readonly measurements: readonly KeptView[];
  /** Measurements that someone else had changed in between: the state of this request stands, theirs is kept beside it. */
  readonly overtook: readonly string[];
}

/**
 * Applies the changes of a reader and makes the next version of the study's report. The rows are durable first, then the
 * report; only then is it answered. When the archive fails in between, asking again with the same changes makes the
 * missing version: what is there already is not written twice.
 */
export async function saveMeasurements(
  services: Services,
  studyId: number,
  changes: readonly KeptChange[],
  person: Person,
): Promise<Saved> {
  const study = await keepingStudy(services, studyId);
  const at = services.now();
  const made = await transaction(services.pool, async (sql) => {
    const report = await lockReport(sql, studyId, uidOfUuid(randomUUID()));
    const version = report.version + 1;
    const overtook: string[] = [];
    let changed = false;
    for (const change of changes) {
      const known =
        change.act === "put"
          ? {
              ...change,
              measurement: { ...change.measurement, place: await knownPlace(sql, studyId, change.measurement.place) },
            }
          : change;
      const done = await applyChange(sql, studyId, known, { id: person.id, at, reportVersion: version });
      changed ||= done.changed;
      if (done.overtook) overtook.push(change.act === "put" ? change.measurement.id : change.id);
    }
    const measurements = await measurementsOf(sql, studyId);
    const due = changed || report.storedVersion < report.version;
    if (due) await setReportVersion(sql, studyId, version);
    const deleted = due ? await deletedSince(sql, studyId, report.storedVersion) : [];
    return { report, version, overtook, measurements, deleted, due };
  });
  const { measurements, overtook } = made;
  if (made.due) {
    const object = reportObject(study, made, person, at);
    const stored = await storeKept(services, study, object, `measurements-${made.version}.dcm`, person);
    await reportStored(services.pool, studyId, made.version, stored);
    await services.live.publish({ type: "study", studyId, instances: 0 });
  }
  return { measurements, overtook };
}

function reportObject(
  study: KeepingStudy,
  made: {
    readonly report: ReportRow;
    readonly version: number;
    readonly measurements: readonly KeptView[];
    readonly deleted: readonly string[];
  },
  person: Person,
  at: Date,
) {
  const { report, version, measurements, deleted } = made;
  const { seriesUid, storedSopUid, storedSopClass } = report;
  return measurementReport({
    study: study.source,
    seriesUid,
    instanceUid: uidOf(`${seriesUid} version ${version}`),
    seriesNumber: SERIES_NUMBERS.measurements,
    instanceNumber: version,
    measurements: measurements.map(reportMeasurement),
    deleted,
    ...(storedSopUid && storedSopClass
      ? { predecessor: { studyUid: study.studyUid, seriesUid, sopClass: storedSopClass, sopUid: storedSopUid } }
      : {}),
    observer: { name: personName(person.name), organisation: person.organisationName, login: person.login },
    device: DEVICE,
    ms: at.getTime(),
    equipment: willisEquipment(VERSION),
  });
}
