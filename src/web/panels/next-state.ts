import type { CaseSummary, ImagesView } from "../../cases/views.ts";
import { due } from "./elapsed.ts";
import { count, counted } from "./figures.ts";

/** What a case waits for, with the meaning its colour has. Pure. */
export interface NextState {
  readonly is: "wait" | "look" | "fine" | "unknown" | "none";
  readonly text: string;
}

/** The state of a case for the people of one organisation, at `nowMs`. */
export function nextState(row: CaseSummary, organisationId: string, nowMs: number): NextState {
  const asked = row.to.id === organisationId;
  switch (row.status) {
    case "draft":
      return { is: "none", text: "draft, not sent" };
    case "waiting": {
      const time = row.answerDueAt ? due(Date.parse(row.answerDueAt), nowMs) : null;
      if (!asked) return { is: time?.late ? "wait" : "none", text: `${row.to.name}: ${time?.text ?? "to answer"}` };
      if (!time) return { is: "wait", text: "answer" };
      return { is: row.urgency === "elective" && !time.late ? "look" : "wait", text: time.text };
    }
    case "need-data":
      return asked ? { is: "none", text: row.next } : { is: "wait", text: row.next };
    case "accepted":
      return { is: "fine", text: row.next };
    default:
      return { is: "none", text: row.next };
  }
}

/** "1,204 images", "214 of 480 images"; and how far, when it is known how many there will be. */
export function imagesState(images: ImagesView): { readonly text: string; readonly share: number | null } {
  const { received, expected, arriving } = images;
  if (received === 0 && expected === null) return { text: arriving ? "images arriving" : "no images", share: null };
  if (expected === null || expected < received) {
    return { text: `${counted(received, "image")}${arriving ? ", arriving" : ""}`, share: arriving ? null : 1 };
  }
  return {
    text: `${count(received)} of ${counted(expected, "image")}`,
    share: expected === 0 ? null : received / expected,
  };
}
