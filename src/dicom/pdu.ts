import { WillisError } from "../core/errors.ts";

/** One proposed presentation context: an abstract syntax (SOP class) and the transfer syntaxes it may travel in. */
export interface ProposedContext {
  /** Odd, 1..255. */
  readonly id: number;
  readonly abstractSyntax: string;
  readonly transferSyntaxes: readonly string[];
}

/** The answer to one proposed context. Result 0 accepted, 1 user rejection, 2 no reason, 3 abstract, 4 transfer. */
export interface AnsweredContext {
  readonly id: number;
  readonly result: 0 | 1 | 2 | 3 | 4;
  readonly transferSyntax: string;
}

/** SCU/SCP role selection for one SOP class (PS3.7 D.3.3.4). */
export interface RoleSelection {
  readonly sopClass: string;
  readonly scu: boolean;
  readonly scp: boolean;
}

/** SOP class extended negotiation (PS3.7 D.3.3.5): bytes whose meaning the service class gives, e.g. relational queries. */
export interface ExtendedNegotiation {
  readonly sopClass: string;
  readonly info: Uint8Array;
}

/** What both sides of an association tell of themselves (PS3.7 annex D). */
export interface UserInformation {
  /** Longest P-DATA-TF body that the sender of this item takes; 0 is no limit. */
  readonly maxPdu: number;
  readonly implementationClass: string;
  readonly implementationVersion: string;
  readonly roles: readonly RoleSelection[];
  readonly extended: readonly ExtendedNegotiation[];
}

/** A-ASSOCIATE-RQ. AE titles are trimmed. */
export interface AssociateRequest {
  /** Bit 0 is version 1, the only one there is. */
  readonly protocolVersion: number;
  readonly applicationContext: string;
  readonly called: string;
  readonly calling: string;
  readonly contexts: readonly ProposedContext[];
  readonly user: UserInformation;
}

/** A-ASSOCIATE-AC. */
export interface AssociateAccept {
  readonly called: string;
  readonly calling: string;
  readonly contexts: readonly AnsweredContext[];
  readonly user: UserInformation;
}

/** A presentation data value: a fragment of a command or of a data set in one context. */
export interface Pdv {
  readonly context: number;
  readonly command: boolean;
  readonly last: boolean;
  readonly bytes: Uint8Array;
}

/** A protocol data unit of PS3.8 9.3. */
export type Pdu =
  | { readonly type: "associate-rq"; readonly request: AssociateRequest }
  | { readonly type: "associate-ac"; readonly accept: AssociateAccept }
  | { readonly type: "associate-rj"; readonly result: number; readonly source: number; readonly reason: number }
  | { readonly type: "p-data"; readonly values: readonly Pdv[] }
  | { readonly type: "release-rq" }
  | { readonly type: "release-rp" }
  | { readonly type: "abort"; readonly source: number; readonly reason: number };

/** The one application context name of DICOM (PS3.7 A.2.1). */
export const APPLICATION_CONTEXT = "1.2.840.10008.3.1.1.1";

/** Nobody has said anything of himself yet. */
export const NO_USER_INFORMATION: UserInformation = {
  ...{ maxPdu: 0, implementationClass: "", implementationVersion: "", roles: [], extended: [] },
};

const ascii = new TextDecoder("latin1");
const encoder = new TextEncoder();

function broken(what: string): WillisError {
  return new WillisError("bad-request", `DICOM upper layer: ${what}.`);
}

function trimmed(bytes: Uint8Array): string {
  return ascii
    .decode(bytes)
    .replace(/[\0 ]+$/g, "")
    .replace(/^ +/, "");
}

/** The sub-items of an item body: type and body each. Errors: `bad-request` when a length leaves the body. */
function* itemsOf(body: Uint8Array): Generator<{ type: number; body: Uint8Array }> {
  for (let at = 0; at < body.length; ) {
    if (at + 4 > body.length) throw broken(`${body.length - at} bytes are left over in an item`);
    const length = (body[at + 2]! << 8) | body[at + 3]!;
    if (at + 4 + length > body.length)
      throw broken(`an item claims ${length} bytes, ${body.length - at - 4} are there`);
    yield { type: body[at]!, body: body.subarray(at + 4, at + 4 + length) };
    at += 4 + length;
  }
}

function userFrom(body: Uint8Array): UserInformation {
  const roles: RoleSelection[] = [];
  const extended: ExtendedNegotiation[] = [];
  let [maxPdu, implementationClass, implementationVersion] = [0, "", ""];
  for (const item of itemsOf(body)) {
    const view = new DataView(item.body.buffer, item.body.byteOffset, item.body.length);
    if (item.type === 0x51 && item.body.length >= 4) maxPdu = view.getUint32(0);
    else if (item.type === 0x52) implementationClass = trimmed(item.body);
    else if (item.type === 0x55) implementationVersion = trimmed(item.body);
    else if (item.type === 0x54 && item.body.length >= 4) {
      const n = view.getUint16(0);
      if (n + 4 > item.body.length) throw broken("a role selection item is too short");
      const sopClass = trimmed(item.body.subarray(2, 2 + n));
      roles.push({ sopClass, scu: item.body[2 + n] === 1, scp: item.body[3 + n] === 1 });
    } else if (item.type === 0x56 && item.body.length >= 2) {
      const n = view.getUint16(0);
      if (n + 2 > item.body.length) throw broken("an extended negotiation item is too short");
      extended.push({ sopClass: trimmed(item.body.subarray(2, 2 + n)), info: item.body.slice(2 + n) });
    }
  }
  return { maxPdu, implementationClass, implementationVersion, roles, extended };
}

function associateFrom(type: 1 | 2, body: Uint8Array): Pdu {
  if (body.length < 68) throw broken(`an A-ASSOCIATE body of ${body.length} bytes is too short`);
  const called = trimmed(body.subarray(4, 20));
  const calling = trimmed(body.subarray(20, 36));
  const proposed: ProposedContext[] = [];
  const answered: AnsweredContext[] = [];
  let user = NO_USER_INFORMATION;
  let applicationContext = "";
  for (const item of itemsOf(body.subarray(68))) {
    if (item.type === 0x10) applicationContext = trimmed(item.body);
    if (item.type === 0x50) user = userFrom(item.body);
    if (item.type !== 0x20 && item.type !== 0x21) continue;
    if (item.body.length < 4) throw broken("a presentation context item is too short");
    const id = item.body[0]!;
    let abstractSyntax = "";
    const transferSyntaxes: string[] = [];
    for (const sub of itemsOf(item.body.subarray(4))) {
      if (sub.type === 0x30) abstractSyntax = trimmed(sub.body);
      else if (sub.type === 0x40) transferSyntaxes.push(trimmed(sub.body));
    }
    if (item.type === 0x20) proposed.push({ id, abstractSyntax, transferSyntaxes });
    else {
      const result = Math.min(item.body[2]!, 4) as 0 | 1 | 2 | 3 | 4;
      answered.push({ id, result, transferSyntax: transferSyntaxes[0] ?? "" });
    }
  }
  if (type === 1) {
    const protocolVersion = (body[0]! << 8) | body[1]!;
    const request = { protocolVersion, applicationContext, called, calling, contexts: proposed, user };
    return { type: "associate-rq", request };
  }
  return { type: "associate-ac", accept: { called, calling, contexts: answered, user } };
}

function valuesFrom(body: Uint8Array): Pdv[] {
  const values: Pdv[] = [];
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  for (let at = 0; at < body.length; ) {
    if (at + 6 > body.length) throw broken("a presentation data value is too short");
    const length = view.getUint32(at);
    if (length < 2 || at + 4 + length > body.length) throw broken(`a data value claims ${length} bytes`);
    const control = body[at + 5]!;
    const bytes = body.subarray(at + 6, at + 4 + length);
    values.push({ context: body[at + 4]!, command: (control & 1) === 1, last: (control & 2) === 2, bytes });
    at += 4 + length;
  }
  return values;
}

/** A PDU from its type byte and body (without the 6-byte head). Errors: `bad-request` with what was wrong. */
export function parsePdu(type: number, body: Uint8Array): Pdu {
  if (type === 1 || type === 2) return associateFrom(type, body);
  if (type === 3) return { type: "associate-rj", result: body[1] ?? 1, source: body[2] ?? 1, reason: body[3] ?? 1 };
  if (type === 4) return { type: "p-data", values: valuesFrom(body) };
  if (type === 5) return { type: "release-rq" };
  if (type === 6) return { type: "release-rp" };
  if (type === 7) return { type: "abort", source: body[2] ?? 0, reason: body[3] ?? 0 };
  throw broken(`PDU type ${type} does not exist`);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function item(type: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = joined(parts);
  return joined([Uint8Array.of(type, 0, body.length >> 8, body.length & 0xff), body]);
}

function pdu(type: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = joined(parts);
  const head = new Uint8Array(6);
  head[0] = type;
  new DataView(head.buffer).setUint32(2, body.length);
  return joined([head, body]);
}

function aeTitle(title: string): Uint8Array {
  return encoder.encode(title.slice(0, 16).padEnd(16, " "));
}

function userItem(user: UserInformation): Uint8Array {
  const max = new Uint8Array(4);
  new DataView(max.buffer).setUint32(0, user.maxPdu);
  const roles = user.roles.map((role) => {
    const uid = encoder.encode(role.sopClass);
    return item(
      0x54,
      Uint8Array.of(uid.length >> 8, uid.length),
      uid,
      Uint8Array.of(Number(role.scu), Number(role.scp)),
    );
  });
  const extended = user.extended.map(({ sopClass, info }) => {
    const uid = encoder.encode(sopClass);
    return item(0x56, Uint8Array.of(uid.length >> 8, uid.length), uid, info);
  });
  const implementation = item(0x52, encoder.encode(user.implementationClass));
  const version = item(0x55, encoder.encode(user.implementationVersion));
  return item(0x50, item(0x51, max), implementation, ...roles, version, ...extended);
}

function associate(
  type: 1 | 2,
  protocolVersion: number,
  applicationContext: string,
  called: string,
  calling: string,
  contexts: Uint8Array[],
  user: UserInformation,
): Uint8Array {
  const version = Uint8Array.of(protocolVersion >> 8, protocolVersion, 0, 0);
  const fixed = joined([version, aeTitle(called), aeTitle(calling), new Uint8Array(32)]);
  return pdu(type, fixed, item(0x10, encoder.encode(applicationContext)), ...contexts, userItem(user));
}

/** The bytes of a PDU. */
export function encodePdu(value: Pdu): Uint8Array {
  if (value.type === "associate-rq") {
    const { protocolVersion, applicationContext, called, calling, contexts, user } = value.request;
    const coded = contexts.map((c) => {
      const transfer = c.transferSyntaxes.map((uid) => item(0x40, encoder.encode(uid)));
      return item(0x20, Uint8Array.of(c.id, 0, 0, 0), item(0x30, encoder.encode(c.abstractSyntax)), ...transfer);
    });
    return associate(1, protocolVersion, applicationContext, called, calling, coded, user);
  }
  if (value.type === "associate-ac") {
    const { called, calling, contexts, user } = value.accept;
    const coded = contexts.map((c) =>
      item(0x21, Uint8Array.of(c.id, 0, c.result, 0), item(0x40, encoder.encode(c.transferSyntax))),
    );
    return associate(2, 1, APPLICATION_CONTEXT, called, calling, coded, user);
  }
  if (value.type === "associate-rj") return pdu(3, Uint8Array.of(0, value.result, value.source, value.reason));
  if (value.type === "release-rq") return pdu(5, new Uint8Array(4));
  if (value.type === "release-rp") return pdu(6, new Uint8Array(4));
  if (value.type === "abort") return pdu(7, Uint8Array.of(0, 0, value.source, value.reason));
  const parts = value.values.flatMap((v) => {
    const head = new Uint8Array(6);
    new DataView(head.buffer).setUint32(0, v.bytes.length + 2);
    head[4] = v.context;
    head[5] = Number(v.command) | (Number(v.last) << 1);
    return [head, v.bytes];
  });
  return pdu(4, ...parts);
}
