import type { Service } from "../service.ts";
import { commitment } from "./commitment.ts";
import { find } from "./find.ts";
import { get } from "./get.ts";
import { move } from "./move.ts";
import { performedStep } from "./performed-step.ts";
import { store } from "./store.ts";
import { worklist } from "./worklist.ts";

/** Every DIMSE service that we provide; C-ECHO is answered by the state machine itself. */
export const SERVICES: readonly Service[] = [store, find, move, get, commitment, worklist, performedStep];
