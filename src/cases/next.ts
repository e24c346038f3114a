import { fieldOf } from "../knowledge/dictionary.ts";
import type { CaseStatus, ImagesView } from "./views.ts";

/** What `nextOf` looks at. Times UTC ISO. */
export interface NextGround {
  readonly status: CaseStatus;
  readonly from: string;
  readonly to: string;
  readonly answerDueAt: string | null;
  readonly images: ImagesView;
  /** Of the last decision: what was chosen, and the fact names that were asked for. */
  readonly option: string;
  readonly need: readonly string[];
}

/** What happens next and who is waited for, in a few words, at `now`. */
export function nextOf(ground: NextGround, now: string): string {
  switch (ground.status) {
    case "draft":
      return `not sent yet: ${ground.from} refers`;
    case "waiting": {
      const due = ground.answerDueAt ? `, ${dueWords(ground.answerDueAt, now)}` : "";
      const { received, expected, arriving } = ground.images;
      const missing = expected !== null && received < expected;
      if (missing && arriving) return `images arriving, ${received} of ${expected}${due}`;
      return `${ground.to} answers${due}`;
    }
    case "need-data": {
      const asked = ground.need.map((name) => fieldOf(name)?.label ?? name);
      return `${ground.from} supplies ${asked.length > 0 ? asked.join(", ") : "what was asked for"}`;
    }
    case "accepted":
      return ground.option ? `accepted, ${ground.option}` : `accepted by ${ground.to}`;
    case "declined":
      return `declined by ${ground.to}: care goes on at ${ground.from}`;
    case "closed":
      return "closed";
  }
}

/** "answer due in 8 min", "answer overdue by 1 h 05 min": whole minutes. */
export function dueWords(dueAt: string, now: string): string {
  const minutes = Math.round((Date.parse(dueAt) - Date.parse(now)) / 60_000);
  return minutes >= 0 ? `answer due in ${span(minutes)}` : `answer overdue by ${span(-minutes)}`;
}

function span(minutes: number): string {
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${String(minutes % 60).padStart(2, "0")} min`;
  return `${Math.floor(hours / 24)} d`;
}
