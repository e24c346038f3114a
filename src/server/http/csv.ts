import type { FastifyReply } from "fastify";

type Cell = string | number | boolean | null;

/** A cell as RFC 4180 has it. What a spreadsheet would take for a formula is led by an apostrophe, so that it stays text. */
function cell(value: Cell): string {
  if (typeof value !== "string") return value === null ? "" : String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Rows as text with a heading, lines ended by CRLF. */
export function csvOf(heading: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [heading, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

/** Answers with a file to keep; the mark at its head says UTF-8 to spreadsheets. */
export function sendCsv(reply: FastifyReply, name: string, text: string): FastifyReply {
  reply.type("text/csv; charset=utf-8").header("content-disposition", `attachment; filename="${name}.csv"`);
  return reply.send(`\ufeff${text}`);
}
