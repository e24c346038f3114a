import { WillisError } from "../../core/errors.ts";

export type XmlToken =
  | { readonly kind: "open"; readonly name: string; readonly attributes: Readonly<Record<string, string>> }
  | { readonly kind: "close"; readonly name: string }
  | { readonly kind: "text"; readonly text: string };

const MOST_NESTING = 1000;
const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function bad(what: string, at: number): WillisError {
  return new WillisError("bad-request", `The XML cannot be read at character ${at + 1}: ${what}.`);
}

/**
 * The tags and texts of an XML document, well nested; name spaces prefixes are cut off. What a data set never needs and an
 * attacker does is refused: document types, and with them all entities but the five of XML. Errors: `bad-request` with
 * the place, `too-deep`.
 */
export function* xmlTokens(source: string): Generator<XmlToken> {
  const text = source.charCodeAt(0) === 0xfeff ? source.slice(1) : source;
  const open: string[] = [];
  for (let at = 0; at < text.length; ) {
    const next = text.indexOf("<", at);
    const upTo = next < 0 ? text.length : next;
    if (upTo > at) yield { kind: "text", text: unescaped(text.slice(at, upTo), at) };
    if (next < 0) break;
    if (text.startsWith("<!--", next)) at = after(text, "-->", next + 4);
    else if (text.startsWith("<?", next)) at = after(text, "?>", next + 2);
    else if (text.startsWith("<![CDATA[", next)) {
      at = after(text, "]]>", next + 9);
      yield { kind: "text", text: text.slice(next + 9, at - 3) };
    } else if (text.startsWith("<!", next)) throw bad("document types are not taken", next);
    else if (text.startsWith("</", next)) {
      at = after(text, ">", next + 2);
      const name = localName(text.slice(next + 2, at - 1).trim());
      if (open.pop() !== name) throw bad(`</${name.slice(0, 40)}> closes nothing that is open`, next);
      yield { kind: "close", name };
    } else {
      const tag = openTag(text, next);
      at = tag.end;
      yield { kind: "open", name: tag.name, attributes: tag.attributes };
      if (tag.empty) yield { kind: "close", name: tag.name };
      else if (open.push(tag.name) > MOST_NESTING)
        throw new WillisError("too-deep", `The XML is nested more than ${MOST_NESTING} deep.`);
    }
  }
  if (open.length > 0) throw bad(`<${open.at(-1)?.slice(0, 40)}> is not closed`, text.length);
}

const NAME = /[^\s/>=<"']+/y;
const ATTRIBUTE = /\s+([^\s/>=<"']+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;
const END = /\s*(\/?)>/y;

function openTag(text: string, start: number) {
  NAME.lastIndex = start + 1;
  const name = NAME.exec(text)?.[0];
  if (!name) throw bad("a tag has no name", start);
  const attributes: Record<string, string> = Object.create(null);
  let at = start + 1 + name.length;
  for (;;) {
    ATTRIBUTE.lastIndex = at;
    const one = ATTRIBUTE.exec(text);
    if (!one) break;
    attributes[localName(one[1]!)] = unescaped(one[2] ?? one[3] ?? "", at);
    at += one[0].length;
  }
  END.lastIndex = at;
  const end = END.exec(text);
  if (!end) throw bad(`the tag <${name.slice(0, 40)}> does not end`, at);
  return { name: localName(name), attributes, end: at + end[0].length, empty: end[1] === "/" };
}

function after(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  if (at < 0) throw bad(`"${mark}" is missing`, from);
  return at + mark.length;
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

function unescaped(text: string, at: number): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(#x[0-9a-fA-F]{1,6}|#\d{1,7}|[A-Za-z]+);|&/g, (whole, name?: string) => {
    if (name === undefined) throw bad('"&" stands alone', at);
    if (!name.startsWith("#")) {
      const known = NAMED[name];
      if (known === undefined) throw bad(`there is no entity ${whole.slice(0, 20)}`, at);
      return known;
    }
    const code = name[1] === "x" ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    if (code > 0x10ffff || code === 0 || (code >= 0xd800 && code < 0xe000)) throw bad(`${whole} is no character`, at);
    return String.fromCodePoint(code);
  });
}
