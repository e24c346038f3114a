import type { CaseView } from "../../cases/views.ts";
import { fieldOf } from "../../knowledge/dictionary.ts";

/** Whether the referrer is the one to ask for a fact; what is read from images or decided by the team, a reader adds. */
export function referrerSupplies(field: string): boolean {
  const supplier = fieldOf(field)?.supplier;
  return supplier === "referrer" || supplier === "laboratory";
}

/** What a person can do about a missing fact: those who answer ask the referrer for it, or add it themselves. */
export function askWords(field: string, may: CaseView["may"]): "ask referrer" | "add" {
  return may.answer && referrerSupplies(field) ? "ask referrer" : "add";
}
