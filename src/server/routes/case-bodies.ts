import { Type } from "typebox";

const TIME = "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d+)?)?(Z|[+-]\\d{2}:\\d{2})$";
const strict = { additionalProperties: false };

export const Kind = Type.Union(
  (["stroke", "aneurysm", "haemorrhage", "avm", "subdural", "carotid", "other"] as const).map((k) => Type.Literal(k)),
);
const UrgencyWord = Type.Union((["critical", "urgent", "elective"] as const).map((u) => Type.Literal(u)));
/** A moment with its zone: a clinical time without one is refused. */
export const Time = Type.String({ pattern: TIME, description: "ISO 8601 with zone, e.g. 2026-11-01T04:31:00Z" });
const Id = Type.String({ pattern: "^[0-9a-fA-F-]{36}$" });

const Patient = Type.Object(
  {
    name: Type.Optional(Type.String({ maxLength: 200 })),
    identifier: Type.Optional(Type.String({ maxLength: 100 })),
    birthDate: Type.Optional(Type.Union([Type.Null(), Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" })])),
    sex: Type.Optional(Type.String({ maxLength: 16 })),
    // Sent along by clients that return what they were shown; it follows from the birth date.
    age: Type.Optional(Type.Union([Type.Null(), Type.Number()])),
  },
  strict,
);

export const CaseBody = Type.Object(
  {
    kind: Kind,
    urgency: Type.Optional(UrgencyWord),
    toOrganisationId: Type.Optional(Id),
    patient: Type.Optional(Patient),
    question: Type.Optional(Type.String({ maxLength: 4000 })),
  },
  strict,
);

export const ChangeBody = Type.Object(
  {
    revision: Type.Optional(Type.Integer()),
    kind: Type.Optional(Kind),
    urgency: Type.Optional(UrgencyWord),
    toOrganisationId: Type.Optional(Id),
    patient: Type.Optional(Patient),
    question: Type.Optional(Type.String({ maxLength: 4000 })),
    lastKnownWell: Type.Optional(
      Type.Union([Type.Null(), Type.Object({ at: Time, by: Type.String({ maxLength: 200 }) }, strict)]),
    ),
    expectedImages: Type.Optional(Type.Union([Type.Null(), Type.Integer({ minimum: 0, maximum: 1_000_000 })])),
  },
  strict,
);

export const FactBody = Type.Object(
  {
    name: Type.String({ maxLength: 100 }),
    value: Type.Union([Type.Number(), Type.String({ maxLength: 500 }), Type.Boolean()]),
    observedAt: Type.Optional(Time),
    unit: Type.Optional(Type.String({ maxLength: 30 })),
  },
  strict,
);

const Uid = Type.String({ maxLength: 64, pattern: "^[0-9.]+$" });

/** A number that a reader measured on images and gives to the case. `frame` counts from 1. */
export const MeasuredFactBody = Type.Object(
  {
    name: Type.String({ maxLength: 100 }),
    value: Type.Union([Type.Number(), Type.String({ maxLength: 500 })]),
    unit: Type.String({ maxLength: 30 }),
    observedAt: Type.Optional(Time),
    range: Type.Optional(
      Type.Object({ low: Type.Number(), high: Type.Number(), basis: Type.String({ maxLength: 300 }) }, strict),
    ),
    method: Type.Object(
      { name: Type.String({ minLength: 1, maxLength: 200 }), version: Type.String({ minLength: 1, maxLength: 60 }) },
      strict,
    ),
    image: Type.Object(
      {
        studyUid: Uid,
        seriesUid: Uid,
        sopUid: Type.Optional(Uid),
        frame: Type.Optional(Type.Integer({ minimum: 1 })),
      },
      strict,
    ),
  },
  strict,
);

export const AnswerBody = Type.Object(
  {
    kind: Type.Union([Type.Literal("accept"), Type.Literal("need-data"), Type.Literal("decline")]),
    revision: Type.Optional(Type.Integer()),
    option: Type.Optional(Type.String({ maxLength: 500 })),
    reason: Type.Optional(Type.String({ maxLength: 4000 })),
    need: Type.Optional(Type.Array(Type.String({ maxLength: 100 }), { maxItems: 50 })),
    message: Type.Optional(Type.String({ maxLength: 4000 })),
  },
  strict,
);
