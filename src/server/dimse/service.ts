import type { DataSet } from "../../dicom/data-set.ts";
import type { CommandFields, Message } from "../../dicom/dimse.ts";
import type { Caller } from "../db/peers/caller.ts";
import type { Permission } from "../db/peers/peer.ts";
import type { Services } from "../http/services.ts";
import type { Session } from "./session.ts";

/** What a DIMSE service needs of the server. */
export type DimseServices = Pick<Services, "pool" | "blobs" | "live">;

/** One request as a service gets it. */
export interface DimseRequest {
  readonly services: DimseServices;
  /** Our own AE title: what the caller called, or called itself when the association is ours. */
  readonly ownAeTitle: string;
  readonly caller: Caller;
  /** The command set, its context, field, message id, SOP class and instance. */
  readonly message: Message;
  /** The association it came on, for requests of ours on it: C-STORE of a C-GET, N-EVENT-REPORT. */
  readonly session: Session;
  /** The data set in the pieces in which it arrives, in the transfer syntax of the context; empty when there is none. */
  readonly data: AsyncIterable<Uint8Array>;
  /** The whole data set, parsed. For identifiers and attribute lists: more than 1 MiB is refused with A700. */
  dataSet(): Promise<DataSet>;
  /**
   * A response; pending ones (FF00, FF01) may be many. Resolves when the peer has taken it. Without effect when it is gone.
   * Behind the last one `handle` may still put things away: the next request of the peer waits for that. It must not wait
   * for answers to requests of ours then, as nothing is read meanwhile.
   */
  respond(status: number, fields?: CommandFields, dataSet?: DataSet): Promise<void>;
  /**
   * What of patients' data this request touched, for the audit: a row for each object is written when it has been
   * answered. UIDs and counts only, no names, no values. Without a call, a service but C-STORE leaves one row about the peer.
   */
  note(objectKind: "study" | "peer" | "worklist", objectId: string, detail?: Readonly<Record<string, unknown>>): void;
  /** Aborted by C-CANCEL and by the end of the association. */
  readonly signal: AbortSignal;
  /** It was the peer that asked to stop (C-CANCEL): answer FE00. */
  readonly cancelled: () => boolean;
}

/**
 * One DIMSE service as provider: a file in `services/`, registered in `services/index.ts`. A request comes to the first
 * service that `takes` the abstract syntax of its context and has its command field; a caller without the permission gets
 * 0124 (and its contexts are not accepted in the first place). What `handle` throws is answered: a `Refusal` with its
 * status, a `WillisError` by the error table, else 0110.
 */
export interface Service {
  readonly name: string;
  readonly needs: Permission;
  /** `COMMAND` values of `dicom/dimse.ts`. */
  readonly fields: readonly number[];
  /** "plain": only in implicit or explicit little endian, for what holds no pixels. */
  takes(sopClass: string): boolean | "plain";
  /** Classes of which the caller may be SCP on its own association (role selection): it gets requests of ours. */
  callerMayBeScp?(sopClass: string): boolean;
  /** The answer to extended negotiation of a class that it takes. */
  negotiate?(sopClass: string, info: Uint8Array): Uint8Array | undefined;
  handle(request: DimseRequest): Promise<void>;
}

/** Thrown by a service: answered with this status. The message goes out as Error Comment (64 characters). */
export class Refusal extends Error {
  readonly status: number;
  readonly fields: CommandFields;
  constructor(status: number, message: string, fields: CommandFields = {}) {
    super(message);
    this.status = status;
    this.fields = fields;
  }
}

/** Status codes of PS3.7 annex C and PS3.4 (B.2.3, C.4) that services share. */
export const STATUS = {
  success: 0x0000,
  pending: 0xff00,
  pendingUnsupportedKeys: 0xff01,
  cancelled: 0xfe00,
  processingFailure: 0x0110,
  noSuchInstance: 0x0112,
  sopClassNotSupported: 0x0122,
  notAuthorised: 0x0124,
  unrecognisedOperation: 0x0211,
  mistypedArgument: 0x0212,
  resourceLimitation: 0x0213,
  outOfResources: 0xa700,
  unableToPerformSubOperations: 0xa702,
  moveDestinationUnknown: 0xa801,
  identifierDoesNotMatch: 0xa900,
  subOperationsWithFailures: 0xb000,
  versionKept: 0xb000,
  cannotUnderstand: 0xc000,
} as const;
