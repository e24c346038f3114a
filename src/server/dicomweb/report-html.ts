import type { DicomJson, JsonName } from "../../dicom/json.ts";

const MOST_ITEMS = 20_000;

/**
 * A structured report as a page to read (PS3.18 8.7.4: text/html): who, when, and its content tree as nested lists. Every
 * value is escaped; the page holds no script, no link and no picture. Iterative: nesting costs no stack.
 */
export function reportHtml(header: DicomJson): string {
  const title = meaning(header["0040A043"]) || "Structured report";
  const facts = [
    ["Patient", name(header["00100010"]?.Value?.[0])],
    ["Patient ID", text(header, "00100020")],
    ["Date of birth", day(text(header, "00100030"))],
    ["Study", text(header, "00081030")],
    ["Date", day(text(header, "00080023")) || day(text(header, "00080020"))],
    ["State", [text(header, "0040A491"), text(header, "0040A493")].filter(Boolean).join(", ").toLowerCase()],
  ].filter(([, value]) => value);
  const rows = facts.map(([what, value]) => `<dt>${escaped(what!)}</dt><dd>${escaped(value!)}</dd>`).join("");
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title><style>${STYLE}</style></head>`,
    `<body><h1>${escaped(title)}</h1><dl>${rows}</dl>${contentTree(header)}</body></html>`,
  ].join("\n");
}

const STYLE =
  "body{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}" +
  "dl{display:grid;grid-template-columns:max-content 1fr;gap:0 1rem}dt{color:#555}dd{margin:0}ul{padding-left:1.2rem}" +
  "b{font-weight:600}p{white-space:pre-wrap;margin:.2rem 0}";

function contentTree(header: DicomJson): string {
  const out: string[] = [];
  const open: { readonly items: readonly DicomJson[]; at: number }[] = [];
  let count = 0;
  const enter = (dataSet: DicomJson): void => {
    const items = ((dataSet["0040A730"]?.Value ?? []) as (DicomJson | null)[]).filter((one) => one !== null);
    if (items.length === 0) return;
    out.push("<ul>");
    open.push({ items, at: 0 });
  };
  enter(header);
  for (let top = open.at(-1); top; top = open.at(-1)) {
    const item = top.items[top.at++];
    if (item && count++ < MOST_ITEMS) {
      if (top.at > 1) out.push("</li>");
      out.push(`<li>${contentItem(item)}`);
      enter(item);
    } else {
      out.push("</li></ul>");
      open.pop();
    }
  }
  if (count > MOST_ITEMS) out.push(`<p>Only the first ${MOST_ITEMS} items are shown.</p>`);
  return out.join("");
}

/** One content item: its concept and its value (PS3.3 C.17.3.2). */
function contentItem(item: DicomJson): string {
  const concept = meaning(item["0040A043"]);
  const value = valueOfItem(item);
  const named = concept ? `<b>${escaped(concept)}</b>${value ? ": " : ""}` : "";
  return value.includes("\n") ? `${named}<p>${escaped(value)}</p>` : `${named}${escaped(value)}`;
}

function valueOfItem(item: DicomJson): string {
  switch (text(item, "0040A040")) {
    case "CODE":
      return meaning(item["0040A168"]);
    case "NUM": {
      const measured = item["0040A300"]?.Value?.[0] as DicomJson | null | undefined;
      if (!measured) return "not measured";
      const unit = text((measured["004008EA"]?.Value?.[0] ?? {}) as DicomJson, "00080100");
      return [text(measured, "0040A30A"), unit === "1" ? "" : unit].filter(Boolean).join(" ");
    }
    case "PNAME":
      return name(item["0040A123"]?.Value?.[0]);
    case "DATE":
      return day(text(item, "0040A121"));
    case "TIME":
      return text(item, "0040A122");
    case "DATETIME":
      return text(item, "0040A120");
    case "UIDREF":
      return text(item, "0040A124");
    case "IMAGE":
    case "COMPOSITE":
    case "WAVEFORM":
      return text((item["00081199"]?.Value?.[0] ?? {}) as DicomJson, "00081155");
    case "SCOORD":
    case "SCOORD3D":
      return `${text(item, "00700023").toLowerCase()} of ${(item["00700022"]?.Value ?? []).length} coordinates`;
    case "CONTAINER":
      return "";
    default:
      return text(item, "0040A160");
  }
}

function meaning(code: DicomJson[string] | undefined): string {
  return text((code?.Value?.[0] ?? {}) as DicomJson, "00080104");
}

function text(dataSet: DicomJson, tag: string): string {
  const value = dataSet[tag]?.Value?.[0];
  return typeof value === "string" || typeof value === "number" ? String(value).trim() : "";
}

function name(value: unknown): string {
  const [family = "", ...given] = ((value as JsonName | null | undefined)?.Alphabetic ?? "").split("^");
  return [family, given.join(" ").trim()].filter(Boolean).join(", ");
}

function day(value: string): string {
  return value.replace(/^(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3");
}

function escaped(value: string): string {
  return value.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
