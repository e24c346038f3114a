import { Type } from "typebox";
import type { Route } from "../http/route.ts";

/** The rows an organisation may read: what its people did, and what others did or tried with its cases and studies. */
const ROWS = `
  select a.id, a.at, a.action, a.object_kind as "objectKind", a.object_id as "objectId", a.outcome, a.status, a.remote,
    a.detail, case when p.id is null then null
      else json_build_object('id', p.id, 'name', p.name, 'login', p.login, 'organisation', o.name) end as by
  from audit a left join person p on p.id = a.person_id left join organisation o on o.id = p.organisation_id
  where (a.organisation_id = $1
      or (a.object_kind = 'case' and exists (select 1 from clinical_case c
        where c.id::text = a.object_id and (c.from_organisation = $1 or (c.to_organisation = $1 and c.status <> 'draft'))))
      or (a.object_kind in ('study', 'series') and exists (select 1 from study s
        where s.study_uid in (a.object_id, a.detail ->> 'study') and s.organisation_id = $1)))
    and ($2::bigint is null or a.id < $2) and ($3 = '' or a.object_id = $3)
  order by a.id desc limit $4`;

export const auditRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/api/audit",
    access: { on: "role", roles: ["administrator", "quality-lead"], patientData: true },
    summary: "Who accessed which patient data, newest first",
    schema: {
      querystring: Type.Object({
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
        before: Type.Optional(Type.Integer({ minimum: 1 })),
        object: Type.Optional(Type.String({ maxLength: 100 })),
      }),
    },
    handle: async ({ request, services, person }) => {
      const { limit, before, object } = request.query as { limit?: number; before?: number; object?: string };
      await request.server.audit.flush();
      const { rows } = await services.pool.query(ROWS, [
        person.organisationId,
        before ?? null,
        object ?? "",
        limit ?? 100,
      ]);
      return { rows };
    },
  },
];
