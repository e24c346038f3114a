import type { FastifyRequest } from "fastify";
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from "jose";
import { WillisError } from "../../core/index.ts";
import { type CdsClient, clientOfIssuer, spendToken } from "../db/cds/clients.ts";
import type { Services } from "../http/services.ts";
import { keySetAt } from "./key-sets.ts";

/** What a client may sign with; never "none" and never a shared secret. */
const ALGORITHMS = ["ES384", "RS384", "ES256", "RS256"];
const LONGEST = 8192;
/** Seconds: a token is taken for so long after it was made, whatever it says of its end; clocks may differ by the second. */
const OLDEST = 900;
const SKEW = 30;

const refused = (why: string) =>
  new WillisError("not-signed-in", `The token of this CDS client is not accepted: ${why}.`);

/**
 * Whom a call of CDS Hooks comes from. The token (`Authorization: Bearer`, a JWT) must be of an issuer that an administrator
 * has stored, signed by one of its keys, for this address, in time, and never used before. Throws WillisError "not-signed-in"
 * that says what was wrong.
 */
export async function identifyClient({ pool, now }: Services, request: FastifyRequest): Promise<CdsClient> {
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(request.headers.authorization ?? "")?.[1];
  if (!token) throw new WillisError("not-signed-in", "send the token of a CDS client, a JWT, as Authorization: Bearer");
  if (token.length > LONGEST) throw refused(`it is longer than ${LONGEST} characters`);
  const { issuer, jku } = named(token);
  const client = await clientOfIssuer(pool, issuer);
  if (!client) throw refused("its issuer is not among the clients of this server");
  if (jku !== undefined && client.jwksUrl !== null && jku !== client.jwksUrl)
    throw refused("its jku is not the address of keys that is stored for the client");
  const path = request.url.split("?")[0]!.replace(/^.*?\/cds-services/, "");
  const payload = await verified(token, client, [client.audience, client.audience + path], now());
  const jti: unknown = payload.jti;
  if (typeof jti !== "string" || jti === "" || jti.length > 200 || jti.includes("\0"))
    throw refused("its jti is no text of 1 to 200 characters");
  const until = new Date((Math.min(payload.exp!, payload.iat! + OLDEST) + SKEW + 1) * 1000);
  if (!(await spendToken(pool, client.id, jti, until, now())))
    throw refused("it was used before; make one for each call");
  return client;
}

/** Whose token it says it is, before that is proved. */
function named(token: string): { issuer: string; jku: unknown } {
  try {
    const { iss } = decodeJwt(token);
    const { jku } = decodeProtectedHeader(token);
    if (typeof iss === "string" && iss !== "" && iss.length <= 500 && !iss.includes("\0")) return { issuer: iss, jku };
  } catch {
    throw refused("it is no JWT");
  }
  throw refused("it has no issuer");
}

async function verified(token: string, client: CdsClient, audience: string[], now: Date): Promise<JWTPayload> {
  const options = {
    issuer: client.issuer,
    audience,
    algorithms: ALGORITHMS,
    typ: "JWT",
    requiredClaims: ["exp", "iat", "jti"],
    maxTokenAge: OLDEST,
    clockTolerance: SKEW,
    currentDate: now,
  };
  const check = async (anew: boolean) => {
    const set = client.jwks ?? (await keySetAt(client.jwksUrl!, anew));
    return (await jwtVerify(token, createLocalJWKSet(set), options)).payload;
  };
  try {
    return await check(false);
  } catch (error) {
    if (!(error instanceof errors.JWKSNoMatchingKey) || client.jwks) throw words(error);
  }
  try {
    return await check(true); // the client may have changed its keys since
  } catch (error) {
    throw words(error);
  }
}

function words(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) return refused("it has expired, or was made more than 15 minutes ago");
  if (error instanceof errors.JWTClaimValidationFailed) return refused(`its "${error.claim}" is missing or wrong`);
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
    return refused("none of the client's keys has its kid");
  if (error instanceof errors.JOSEAlgNotAllowed) return refused(`it must be signed with ${ALGORITHMS.join(", ")}`);
  if (error instanceof errors.JWSSignatureVerificationFailed) return refused("its signature is wrong");
  // what is left is a token or a key that the cryptography of this process does not take
  return error instanceof WillisError ? error : refused("it cannot be checked with the client's keys");
}
