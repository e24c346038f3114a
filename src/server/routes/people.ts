import { listPeople } from "../auth/people.ts";
import type { Route } from "../http/route.ts";

export const peopleRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/api/organisations",
    access: { on: "person", patientData: false },
    summary: "Organisations that can be asked",
    handle: async ({ services, person }) => {
      const { rows } = await services.pool.query("select id, name, kind from organisation order by kind, name");
      return { organisations: rows, own: person.organisationId };
    },
  },
  {
    method: "GET",
    url: "/api/people",
    access: { on: "person", patientData: false },
    summary: "People of the own organisation",
    handle: async ({ services, person }) => ({ people: await listPeople(services.pool, person.organisationId) }),
  },
];
