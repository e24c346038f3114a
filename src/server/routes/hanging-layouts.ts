import { Type } from "typebox";
import type { SavedLayout } from "../../cases/hanging-layout.ts";
import { WillisError } from "../../core/errors.ts";
import { listLayouts, saveLayout, setLayoutRemoved } from "../db/workflow/hanging-layouts.ts";
import type { Context, Route } from "../http/route.ts";

const Word = Type.String({ minLength: 1, maxLength: 40 });
const Finite = Type.Number({ minimum: -100_000, maximum: 100_000 });
const Qualifiers = Type.Partial(
  Type.Object({ region: Word, phase: Word, vessel: Word, side: Word, projection: Word, plane: Word, kernel: Word }),
  { additionalProperties: false },
);
const Pane = Type.Object(
  {
    wants: Type.Object(
      {
        roles: Type.Array(Word, { minItems: 1, maxItems: 30 }),
        qualifiers: Type.Optional(Qualifiers),
        nth: Type.Optional(Type.Integer({ minimum: 0, maximum: 99 })),
      },
      { additionalProperties: false },
    ),
    mode: Word,
    plane: Type.Optional(Type.Union(["axial", "coronal", "sagittal"].map((plane) => Type.Literal(plane)))),
    map: Type.Optional(Word),
    window: Type.Optional(Type.Object({ width: Finite, level: Finite }, { additionalProperties: false })),
    slabMm: Type.Optional(Type.Number({ minimum: 0, maximum: 1000 })),
  },
  { additionalProperties: false },
);
const Layout = Type.Object(
  {
    grid: Type.Union(["1", "2", "1+2", "2x2", "3x2"].map((grid) => Type.Literal(grid))),
    panes: Type.Array(Pane, { minItems: 1, maxItems: 6 }),
  },
  { additionalProperties: false },
);

async function setRemoved({ services, person, request }: Context, removed: boolean) {
  const { layout } = request.params as { layout: string };
  const by = {
    organisationId: person.organisationId,
    personId: person.id,
    isAdministrator: person.role === "administrator",
  };
  const found = await setLayoutRemoved(services.pool, layout, by, removed);
  if (!found) throw new WillisError("not-found", `there is no layout ${layout.slice(0, 80)} that you may change`);
  return found;
}

export const hangingLayoutRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/api/hanging-layouts",
    access: { on: "person", patientData: false },
    summary: "Saved layouts of panes: one's own and those of the organisation",
    handle: ({ services, person }) => listLayouts(services.pool, person.organisationId, person.id),
  },
  {
    method: "POST",
    url: "/api/hanging-layouts",
    access: { on: "person", patientData: false },
    summary: "Saves a layout of panes by what hangs where, for oneself or for the organisation",
    schema: {
      body: Type.Object({
        name: Type.String({ minLength: 1, maxLength: 60, pattern: "\\S" }),
        forAll: Type.Boolean(),
        layout: Layout,
      }),
    },
    handle: ({ services, person, request, reply }) => {
      const { name, ...saved } = request.body as { name: string; forAll: boolean; layout: SavedLayout };
      reply.code(201);
      const by = { organisationId: person.organisationId, personId: person.id };
      return saveLayout(services.pool, by, { ...saved, name: name.trim() });
    },
  },
  {
    method: "DELETE",
    url: "/api/hanging-layouts/:layout",
    access: { on: "person", patientData: false },
    summary: "Removes a saved layout",
    handle: (context) => setRemoved(context, true),
  },
  {
    method: "POST",
    url: "/api/hanging-layouts/:layout/restore",
    access: { on: "person", patientData: false },
    summary: "Brings a removed layout back",
    handle: (context) => setRemoved(context, false),
  },
];
