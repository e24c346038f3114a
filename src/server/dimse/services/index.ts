import type { Service } from "../service.ts";
import { store } from "./store.ts";

/** Every DIMSE service that we provide; C-ECHO is answered by the state machine itself. */
export const SERVICES: readonly Service[] = [store];
