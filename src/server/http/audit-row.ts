import type { FastifyRequest } from "fastify";
import type { AuditRow } from "./audit.ts";
import { namedObjects } from "./authorise.ts";
import type { Access } from "./route.ts";

/** Whether a route with this access can show or change data of a patient, and so leaves a row. */
export function holdsPatientData(access: Access): boolean {
  if (access.on === "nothing") return false;
  return access.on === "person" || access.on === "role" ? access.patientData : true;
}

/** Who asked for what, and how it ended. Object ids only: no names, no values. */
export function auditRow(at: Date, request: FastifyRequest, access: Access, status: number): AuditRow {
  const params = namedObjects(access, request);
  const person = request.willis?.person ?? null;
  const client = request.willis?.scope.cdsClient;
  const kind = access.on === "list" ? access.of : access.on;
  const { case: caseId, study, series, analysis, decision, quarantine, patient, change, version, ...others } = params;
  const object =
    { case: caseId, study, series, analysis, decision, quarantine, patient, change, version }[kind] ??
    caseId ??
    study ??
    Object.values(params)[0];
  const detail = { ...(kind === "series" && study ? { study } : {}), ...others };
  return {
    at,
    personId: person?.id ?? null,
    organisationId: person?.organisationId ?? client?.organisationId ?? null,
    action: `${request.method} ${request.routeOptions.url ?? ""}`,
    objectKind: kind,
    objectId: client?.id ?? object ?? "",
    outcome: status === 401 || status === 403 || status === 404 ? "refused" : "allowed",
    status,
    remote: request.ip ?? "", // undefined once the client is gone
    detail: { ...detail, ...(person ? { by: person.by } : {}) },
  };
}
