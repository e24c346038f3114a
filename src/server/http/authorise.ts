import type { FastifyRequest } from "fastify";
import { WillisError } from "../../core/index.ts";
import { identify } from "../auth/identify.ts";
import { remembered } from "../auth/remembered.ts";
import { identifyClient } from "../cds/token.ts";
import { caseForOrganisation } from "../db/cases/visible.ts";
import {
  analysisSeries,
  caseOfDecision,
  type Owned,
  ownerOf,
  type SeenStudy,
  seriesForOrganisation,
  studyForOrganisation,
} from "../db/people/object-owner.ts";
import type { Access, Person, Role, Scope } from "./route.ts";
import type { Services } from "./services.ts";

/** Who may answer a referral: those who do the treatment, at the organisation that was asked. */
export const ANSWERING_ROLES: readonly Role[] = ["interventionalist", "neurosurgeon", "neurologist", "fellow"];
/** Who reads cases without writing in them. */
export const READING_ROLES: readonly Role[] = ["quality-lead", "steward", "researcher"];
/** Who merges, moves and corrects patients, and says which version of an object counts. */
export const IDENTIFYING_ROLES: readonly Role[] = ["administrator", "coordinator"];
/** Who searches at DICOM peers and fetches from them; who sets them up is an administrator. */
export const QUERYING_ROLES: readonly Role[] = ["administrator", "coordinator", ...ANSWERING_ROLES];
/** Who puts procedures on the worklist of the angio suite, moves and cancels them. */
export const SCHEDULING_ROLES: readonly Role[] = ["coordinator", "technologist", "administrator", ...ANSWERING_ROLES];
/** Who reads and reviews drafts of knowledge packs; stewards alone write them. */
export const REVIEWING_ROLES: readonly Role[] = ["steward", "quality-lead", ...ANSWERING_ROLES];
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export interface Authorised {
  readonly person: Person | null;
  readonly scope: Scope;
}

/**
 * The one place where a request is allowed or refused: every route, frame, thumbnail, export and live channel passes
 * here before its handler runs. What a person may not see answers exactly as what is not there.
 */
export async function authorise(services: Services, access: Access, request: FastifyRequest): Promise<Authorised> {
  if (access.on === "nothing") return { person: null, scope: {} };
  if (access.on === "cds-client")
    return { person: null, scope: { cdsClient: await identifyClient(services, request) } };
  const person = await identify(services, request);
  if (!person) throw new WillisError("not-signed-in", "sign in, or send a valid token as Authorization: Bearer");
  remember(request, person);
  if (access.on === "role") mayBe(person, access.roles);
  const params = namedObjects(access, request);
  return { person, scope: await scopeOf(services, access, person, params) };
}

/** The ids that a request names, by their kind: those of the path, or of the query where the route says so. */
export function namedObjects(access: Access, request: FastifyRequest): Readonly<Record<string, string | undefined>> {
  const params = (request.params ?? {}) as Readonly<Record<string, string | undefined>>;
  if (access.on !== "series" || access.from !== "query") return params;
  const query = (request.query ?? {}) as Readonly<Record<string, unknown>>;
  const one = (name: string): string => {
    const given = Object.keys(query).filter((key) => key.toLowerCase() === name.toLowerCase());
    const value = query[given[0] ?? ""];
    return given.length === 1 && typeof value === "string" ? value : ""; // twice is as good as not at all
  };
  return { study: one("studyUID"), series: one("seriesUID"), instance: one("objectUID") };
}

/** The person stays known for the audit row of a refusal. */
function remember(request: FastifyRequest, person: Person): void {
  request.willis = { person, scope: {} };
}

async function scopeOf(
  services: Services,
  access: Access,
  person: Person,
  params: Readonly<Record<string, string | undefined>>,
): Promise<Scope> {
  /** The id of a thing that belongs to the organisation of this person alone. */
  const own = async (what: Owned, given: string | undefined, form = UUID): Promise<string> => {
    const id = idOf(what, given, form);
    if ((await ownerOf(services.pool, what, id)) !== person.organisationId) throw missing(what, id);
    return id;
  };
  switch (access.on) {
    case "case":
      return { caseId: await seenCase(services, person, params.case, access.act) };
    case "study":
      return { studyId: await seenStudy(services, person, params.study, access.act) };
    case "series": {
      const { pool } = services;
      const { study = "", series = "" } = params;
      if (access.from === "query" && study === "" && series === "")
        throw new WillisError("bad-request", "studyUID and seriesUID are missing: give both, and objectUID.");
      const found = await remembered(
        pool,
        `series ${person.organisationId} ${study} ${series}`,
        () => seriesForOrganisation(pool, study, series, person.organisationId),
        ({ own, seriesId }) => own && seriesId !== null,
      );
      const studyId = allowed(found, person, access.act, ["study", study]);
      if (!found?.seriesId) throw missing("series", series);
      return { studyId, seriesId: found.seriesId, revision: found.revision };
    }
    case "analysis": {
      const found = await analysisSeries(services.pool, idOf("analysis", params.analysis));
      if (!found) throw missing("analysis", params.analysis);
      await seenStudy(services, person, found.studyId, access.act, ["analysis", params.analysis]);
      return { analysisId: found.id, seriesId: found.seriesId, studyId: found.studyId };
    }
    case "decision": {
      const decisionId = idOf("decision", params.decision);
      const caseId = await caseOfDecision(services.pool, decisionId);
      if (!caseId || !(await caseForOrganisation(services.pool, caseId, person.organisationId))) {
        throw missing("decision", decisionId);
      }
      return { decisionId, caseId };
    }
    case "quarantine": {
      const quarantineId = await own("quarantined file", params.quarantine);
      if (access.act === "write" && READING_ROLES.includes(person.role))
        throw new WillisError(
          "forbidden",
          `a ${person.role} looks at files in quarantine and does not decide about them`,
        );
      return { quarantineId };
    }
    case "patient": {
      const patientId = await own("patient", params.patient);
      if (access.act === "write") mayBe(person, IDENTIFYING_ROLES);
      return { patientId };
    }
    case "change": {
      const changeId = await own("change", params.change);
      mayBe(person, IDENTIFYING_ROLES);
      return { changeId };
    }
    case "version": {
      const versionId = Number(await own("version", params.version, /^\d{1,15}$/));
      if (access.act === "write") mayBe(person, IDENTIFYING_ROLES);
      return { versionId };
    }
    case "peer": {
      const peerId = await own("peer", params.peer);
      mayBe(person, access.act === "administer" ? ["administrator"] : QUERYING_ROLES);
      return { peerId };
    }
    case "transfer": {
      const transferId = await own("transfer", params.transfer);
      mayBe(person, QUERYING_ROLES);
      return { transferId };
    }
    case "commitment": {
      const commitmentId = await own("commitment", params.commitment);
      mayBe(person, QUERYING_ROLES);
      return { commitmentId };
    }
    case "step": {
      const stepId = await own("scheduled step", params.step);
      mayBe(person, SCHEDULING_ROLES);
      return { stepId };
    }
    case "draft": {
      const draftId = await own("draft", params.draft);
      mayBe(person, access.act === "write" ? ["steward"] : REVIEWING_ROLES);
      return { draftId };
    }
    case "impact": {
      const impactId = await own("count", params.impact);
      mayBe(person, access.act === "write" ? ["steward", "quality-lead"] : REVIEWING_ROLES);
      return { impactId };
    }
    default:
      return {};
  }
}

function mayBe(person: Person, roles: readonly Role[]): void {
  if (!roles.includes(person.role)) {
    throw new WillisError("forbidden", `this is for ${roles.join(" or ")}; you are ${person.role}`);
  }
}

async function seenCase(
  services: Services,
  person: Person,
  id: string | undefined,
  act: "read" | "write" | "answer",
): Promise<string> {
  const found = await caseForOrganisation(services.pool, idOf("case", id), person.organisationId);
  if (!found) throw missing("case", id);
  if (act !== "read" && READING_ROLES.includes(person.role)) {
    throw new WillisError("forbidden", `a ${person.role} reads cases and does not write in them`);
  }
  if (act === "answer" && !found.isTo) {
    throw new WillisError("forbidden", "the organisation that was asked answers, not the one that asks");
  }
  if (act === "answer" && !ANSWERING_ROLES.includes(person.role)) {
    throw new WillisError("forbidden", `an answer is given by ${ANSWERING_ROLES.join(", ")}; you are ${person.role}`);
  }
  return found.id;
}

async function seenStudy(
  services: Services,
  person: Person,
  study: string | number | undefined,
  act: "read" | "write",
  asked: readonly [string, string | undefined] = ["study", String(study)],
): Promise<number> {
  const { pool } = services;
  const found = await remembered(
    pool,
    `study ${person.organisationId} ${typeof study} ${study}`,
    () => studyForOrganisation(pool, study ?? "", person.organisationId),
    ({ own }) => own,
  );
  return allowed(found, person, act, asked);
}

/**
 * Only the own copy of a study is remembered for a moment: nobody else can take it away. One that a case shares is asked
 * for each time, so that withdrawing it takes effect at once.
 */
function allowed(
  found: SeenStudy | null,
  person: Person,
  act: "read" | "write",
  asked: readonly [string, string | undefined],
): number {
  if (!found) throw missing(...asked);
  if (act === "write" && (!found.mayWrite || READING_ROLES.includes(person.role))) {
    throw new WillisError("forbidden", "only the owner of a study and those asked about it may change it");
  }
  return found.id;
}

function idOf(what: string, text: string | undefined, form = UUID): string {
  if (!text || !form.test(text)) throw missing(what, text);
  return text.toLowerCase();
}

function missing(what: string, id: string | undefined): WillisError {
  return new WillisError("not-found", `there is no ${what} ${(id ?? "").slice(0, 80)} that you may see`);
}
