export { CASES, factsOf, findCase } from "./demo/cases.ts";
export type { CaseKind, PhantomCase, StoryMessage } from "./demo/phantom-case.ts";
export { buildPatient, type Patient } from "./patient.ts";
export type { PhantomFile } from "./render/studio.ts";
export { DEFAULT_AT, type RenderedCase, type RenderOptions, renderCase } from "./render-case.ts";
export { HEALTHY, type Modality, type PhantomSpec } from "./spec.ts";
export { type Truth, truthOf } from "./truth.ts";
