import { dicomwebRoutes } from "../dicomweb/index.ts";
import type { Route } from "../http/route.ts";
import { alternativeRoutes } from "./alternatives.ts";
import { analysisRoutes } from "./analyses.ts";
import { arrivalRoutes } from "./arrivals.ts";
import { auditRoutes } from "./audit.ts";
import { caseProcedureRoutes } from "./case-procedure.ts";
import { caseScaleRoutes } from "./case-scales.ts";
import { caseStudyRoutes } from "./case-studies.ts";
import { caseRoutes } from "./cases.ts";
import { cdsRoutes } from "./cds-services.ts";
import { commitmentRoutes } from "./commitments.ts";
import { decisionRoutes } from "./decisions.ts";
import { deidentifyRoutes } from "./deidentify.ts";
import { deviationRoutes } from "./deviations.ts";
import { evaluateRoutes } from "./evaluate.ts";
import { factRoutes } from "./facts.ts";
import { hangingLayoutRoutes } from "./hanging-layouts.ts";
import { healthRoutes } from "./health.ts";
import { identityChangeRoutes } from "./identity-changes.ts";
import { impactRoutes } from "./impact.ts";
import { keptRoutes } from "./kept.ts";
import { keptMaskRoutes } from "./kept-masks.ts";
import { knowledgeRoutes } from "./knowledge.ts";
import { liveRoutes } from "./live.ts";
import { messageRoutes } from "./messages.ts";
import { packFhirRoutes } from "./pack-fhir.ts";
import { packRoutes } from "./packs.ts";
import { patientRoutes } from "./patients.ts";
import { peerRoutes } from "./peers.ts";
import { peopleRoutes } from "./people.ts";
import { quarantineRoutes } from "./quarantine.ts";
import { readingGradeRoutes } from "./reading-grades.ts";
import { screeningRoutes } from "./screening.ts";
import { seriesRoutes } from "./series.ts";
import { sessionRoutes } from "./session.ts";
import { stewardRoutes } from "./steward.ts";
import { storageRoutes } from "./storage.ts";
import { transferRoutes } from "./transfers.ts";
import { uploadRoutes } from "./uploads.ts";
import { versionRoutes } from "./versions.ts";
import { worklistRoutes } from "./worklist.ts";

/** Every route of the server. What is not here is not served; the security tests walk this list. */
export const ROUTES: readonly Route[] = [
  ...healthRoutes,
  ...sessionRoutes,
  ...peopleRoutes,
  ...caseRoutes,
  ...factRoutes,
  ...caseScaleRoutes,
  ...decisionRoutes,
  ...alternativeRoutes,
  ...deviationRoutes,
  ...screeningRoutes,
  ...messageRoutes,
  ...caseStudyRoutes,
  ...knowledgeRoutes,
  ...evaluateRoutes,
  ...packRoutes,
  ...packFhirRoutes,
  ...stewardRoutes,
  ...impactRoutes,
  ...auditRoutes,
  ...liveRoutes,
  ...uploadRoutes,
  ...arrivalRoutes,
  ...quarantineRoutes,
  ...patientRoutes,
  ...identityChangeRoutes,
  ...versionRoutes,
  ...storageRoutes,
  ...peerRoutes,
  ...transferRoutes,
  ...commitmentRoutes,
  ...worklistRoutes,
  ...caseProcedureRoutes,
  ...seriesRoutes,
  ...hangingLayoutRoutes,
  ...keptRoutes,
  ...keptMaskRoutes,
  ...readingGradeRoutes,
  ...analysisRoutes,
  ...deidentifyRoutes,
  ...cdsRoutes,
  ...dicomwebRoutes,
];
