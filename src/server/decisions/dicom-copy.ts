import type { DecisionView } from "../../cases/views.ts";
import type { Services } from "../http/services.ts";
import type { DecisionBasis } from "./basis.ts";

export async function storePdfInStudy(
  _services: Services,
  _decision: DecisionView,
  _basis: DecisionBasis,
  _pdf: Buffer,
): Promise<string> {
  throw new Error("not yet");
}
