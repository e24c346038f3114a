import { WillisError } from "../../core/errors.ts";

/** `multipart/related; type="image/jls"; q=0.5`: type in lower case, parameters by lower-case name. */
export interface MediaType {
  readonly type: string;
  readonly params: Readonly<Record<string, string>>;
}

/** Parses a list of media types as in an Accept header (RFC 9110 12.5.1); what is malformed is left out. */
export function mediaTypes(text: string): MediaType[] {
  return splitOutsideQuotes(text, ",").flatMap((one) => {
    const [type = "", ...rest] = splitOutsideQuotes(one, ";");
    const name = plusAgain(type.trim().toLowerCase());
    if (!/^[\w!#$&^.+*-]+\/[\w!#$&^.+*-]+$/.test(name)) return [];
    const params: Record<string, string> = {};
    for (const param of rest) {
      const equals = param.indexOf("=");
      if (equals > 0)
        params[param.slice(0, equals).trim().toLowerCase()] = plusAgain(unquoted(param.slice(equals + 1).trim()));
    }
    return [{ type: name, params }];
  });
}

/** The one media type of a Content-Type header. */
export function contentType(text: string | undefined): MediaType {
  const [first] = mediaTypes((text ?? "").replaceAll(",", " "));
  if (!first)
    throw new WillisError(
      "unsupported-media",
      `Content-Type "${(text ?? "").slice(0, 80)}" cannot be read; say what the body is.`,
    );
  return first;
}

/** What the client accepts, best first; `accept` of the query stands above the header (PS3.18 8.3.3.1). */
export function accepted(header: string | undefined, query: string | undefined): MediaType[] {
  const asked = mediaTypes(query || header || "*/*");
  const quality = (m: MediaType): number => (m.params.q === undefined ? 1 : Number(m.params.q) || 0);
  return asked
    .filter((m) => quality(m) > 0)
    .map((m, i) => ({ m, i }))
    .sort((a, b) => quality(b.m) - quality(a.m) || a.i - b.i)
    .map(({ m }) => m);
}

/** The first of `offers` (best for us first) that one accepted type matches, else `not-acceptable`. */
export function chosen<T extends string>(asked: readonly MediaType[], offers: readonly T[]): T {
  for (const { type } of asked) {
    const hit = offers.find((offer) => matches(type, offer));
    if (hit) return hit;
  }
  throw notAcceptable(asked, offers);
}

export function matches(pattern: string, type: string): boolean {
  return pattern === "*/*" || pattern === type || (pattern.endsWith("/*") && type.startsWith(pattern.slice(0, -1)));
}

export function notAcceptable(asked: readonly MediaType[], offers: readonly string[]): WillisError {
  const wanted = asked.map((m) => m.params.type ?? m.type).join(", ") || "nothing";
  return new WillisError("not-acceptable", `You accept ${wanted}; this can be had as ${offers.join(", ")}.`);
}

/** In an address a plus means a space: "?accept=application/dicom+json", as people and the standard write it. */
function plusAgain(text: string): string {
  return text.replace(/^([\w-]+\/[\w.-]+) (json|xml)$/, "$1+$2");
}

function unquoted(text: string): string {
  return text.startsWith('"') ? text.replace(/^"|"$/g, "").replace(/\\(.)/g, "$1") : text;
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts: string[] = [];
  let quoted = false;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "\\" && quoted) i++;
    else if (text[i] === '"') quoted = !quoted;
    else if (text[i] === separator && !quoted) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  parts.push(text.slice(from));
  return parts;
}
