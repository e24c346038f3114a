import { Type } from "typebox";
import { WillisError } from "../../core/index.ts";
import { attachStudy, detachStudy } from "../db/cases/studies.ts";
import { studyForOrganisation } from "../db/people/object-owner.ts";
import { transaction } from "../db/pool.ts";
import type { Route } from "../http/route.ts";
import { viewFor } from "./case-answer-to.ts";

export const caseStudyRoutes: readonly Route[] = [
  {
    method: "POST",
    url: "/api/cases/:case/studies",
    access: { on: "case", act: "write" },
    summary: "Attaches a study that the person may see, and so shares it with both sides of the case",
    schema: {
      body: Type.Object({
        studyUid: Type.String({ maxLength: 64 }),
        /** Why it is right although two identifiers disagree. */
        confirmed: Type.Optional(Type.String({ minLength: 3, maxLength: 500 })),
      }),
    },
    handle: async (context) => {
      const { request, services, person, scope } = context;
      const { studyUid, confirmed } = request.body as { studyUid: string; confirmed?: string };
      const guard = confirmed === undefined ? {} : { confirmed };
      const caseId = scope.caseId!;
      const study = await studyForOrganisation(services.pool, studyUid, person.organisationId);
      if (!study) throw new WillisError("not-found", `there is no study ${studyUid} that you may see`);
      if (!study.mayWrite) throw new WillisError("forbidden", "only those who may change a study may share it further");
      const { warnings } = await transaction(services.pool, (sql) =>
        attachStudy(sql, caseId, study.id, person.id, services.now(), guard),
      );
      await services.live.publish({ type: "case", caseId, what: "images" });
      return { ...(await viewFor(context, caseId)), warnings };
    },
  },
  {
    method: "DELETE",
    url: "/api/cases/:case/studies/:study",
    access: { on: "case", act: "write" },
    summary: "Removes a study from a case; the study itself stays with its owner",
    handle: async (context) => {
      const { request, services, person, scope } = context;
      const { study } = request.params as { study: string };
      const caseId = scope.caseId!;
      const gone = await transaction(services.pool, (sql) =>
        detachStudy(sql, caseId, study, person.id, services.now()),
      );
      if (!gone) throw new WillisError("not-found", `the study ${study} is not attached to this case`);
      await services.live.publish({ type: "case", caseId, what: "images" });
      return viewFor(context, caseId);
    },
  },
];
