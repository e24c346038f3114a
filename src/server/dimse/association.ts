import type { Socket } from "node:net";
import { Dimse, type DimseEvent, VERIFICATION } from "../../dicom/dimse.ts";
import type { AssociateRequest, ExtendedNegotiation } from "../../dicom/pdu.ts";
import { answerContexts } from "../../dicom/upper-layer.ts";
import { type Caller, callerOf } from "../db/peers/caller.ts";
import { peerCalled, strangerCalled } from "../db/peers/calls.ts";
import type { Audit } from "../http/audit.ts";
import { dispatcher } from "./dispatch.ts";
import { comesFrom } from "./peer-address.ts";
import type { DimseServices, Service } from "./service.ts";
import { SERVICES } from "./services/index.ts";
import { Session } from "./session.ts";

export interface AssociationRules {
  readonly aeTitle: string;
  readonly knownOnly: boolean;
  readonly idleMs: number;
  /** Until the association request has come. */
  readonly openingMs: number;
  readonly audit: Audit;
  /** Takes a place among the associations of this caller; false when it has as many as it may. */
  readonly admit: (caller: Caller) => boolean;
}

/** One association that a peer opens, from its first byte to its end. Bytes are read no faster than they reach the disk. */
export async function serveAssociation(
  services: DimseServices,
  socket: Socket,
  rules: AssociationRules,
): Promise<void> {
  const dimse = new Dimse({ aeTitle: rules.aeTitle });
  const session = new Session(socket, dimse);
  let caller: Caller | undefined;
  session.idle(rules.openingMs);
  // A request that dribbles in byte by byte is not silent, but late all the same.
  const late = setTimeout(() => session.abort("The association request did not come in time."), rules.openingMs);

  async function open(request: AssociateRequest): Promise<void> {
    const { association } = dimse;
    const known = await callerOf(services.pool, request.calling).catch((error: unknown) => ({ error }));
    if (known && "error" in known) {
      await session.send([association.reject("busy")]); // it may call again: the database is away
      throw known.error;
    }
    const found = known;
    const address = socket.remoteAddress ?? "";
    const note = (refused: string) =>
      strangerCalled(services.pool, { aeTitle: request.calling, address, called: request.called, refused });
    const reject = async (reason: 3 | 7 | "busy", why: string) => {
      await session.send([association.reject(reason)]);
      await note(why);
    };
    if (request.called !== rules.aeTitle && request.called !== "ANY-SCP") return reject(7, "it calls another AE title");
    if (!found) return reject(3, "the peer is switched off");
    if (rules.knownOnly && !found.known) return reject(3, "only known peers are let in");
    if (found.peer && !(await comesFrom(found.peer, address)))
      return reject(3, `it does not come from ${found.peer.host}`);
    if (!rules.admit(found)) return reject("busy", "it has too many associations open");
    caller = found;
    await (found.peer ? peerCalled(services.pool, found.peer.id) : note(""));
    await session.send([accept(dimse, request, found)]);
    session.idle(rules.idleMs);
  }
  const requests = dispatcher(session, SERVICES, {
    ...{ services, ownAeTitle: rules.aeTitle, remote: socket.remoteAddress ?? "", audit: rules.audit },
    caller: () => caller!,
  });
  await session.run(requests, async (event: DimseEvent) => {
    clearTimeout(late);
    if (event.kind === "requested") await open(event.request);
  });
  clearTimeout(late);
}

/** The answer to a request: the contexts, roles and extensions of what this caller may do. */
function accept(dimse: Dimse, request: AssociateRequest, caller: Caller): Uint8Array {
  const mine = SERVICES.filter((service) => caller.permissions.has(service.needs));
  const asked = new Map(request.user.roles.map((role) => [role.sopClass, role]));
  const takes = (sopClass: string): boolean | "plain" => {
    if (sopClass === VERIFICATION) return caller.permissions.has("echo");
    for (const service of mine) if (service.takes(sopClass)) return service.takes(sopClass);
    return (asked.get(sopClass)?.scp ?? false) && mayBeScp(mine, sopClass);
  };
  const roles = [...asked.values()]
    .filter(({ sopClass }) => takes(sopClass))
    .map(({ sopClass, scu, scp }) => ({
      ...{ sopClass, scu: scu && mine.some((service) => service.takes(sopClass)) },
      scp: scp && mayBeScp(mine, sopClass),
    }));
  const extended = request.user.extended.flatMap((item) => extension(mine, item));
  return dimse.association.accept(answerContexts(request, takes), { roles, extended });
}

function mayBeScp(services: readonly Service[], sopClass: string): boolean {
  return services.some((service) => service.callerMayBeScp?.(sopClass));
}

function extension(services: readonly Service[], { sopClass, info }: ExtendedNegotiation): ExtendedNegotiation[] {
  const service = services.find((one) => one.negotiate && one.takes(sopClass));
  const answer = service?.negotiate?.(sopClass, info);
  return answer ? [{ sopClass, info: answer }] : [];
}
