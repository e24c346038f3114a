import type { Pack } from "./pack.ts";

/** One thing that wants the eye of a steward, with its day (ISO). `item` null: the whole pack. */
export interface ReviewLine {
  readonly pack: string;
  readonly title: string;
  readonly item: string | null;
  readonly subject: string;
  readonly why: "expired" | "expires" | "review due";
  readonly day: string;
  /** How many items of the pack share day and reason. */
  readonly count: number;
}

/**
 * What expires and what its body will review, the nearest day first: packs, and items that expire before their pack.
 * Superseded packs and items are history and left out. `now` is UTC ISO time.
 */
export function reviewQueue(packs: readonly Pack[], now: string): readonly ReviewLine[] {
  const today = now.slice(0, 10);
  const ends = (day: string) => (day < today ? "expired" : "expires");
  const lines = packs
    .filter((pack) => pack.supersededBy === null)
    .flatMap((pack): ReviewLine[] => {
      const { id, title } = pack;
      const whole: ReviewLine[] = [
        { pack: id, title, item: null, subject: title, why: ends(pack.expires), day: pack.expires, count: 1 },
      ];
      if (pack.nextReview !== null) whole.push({ ...whole[0]!, why: "review due", day: pack.nextReview });
      const early = pack.recommendations.filter((item) => item.status === "current" && item.expires < pack.expires);
      const days = [...new Set(early.map((item) => item.expires))];
      return [
        ...whole,
        ...days.map((day): ReviewLine => {
          const items = early.filter((item) => item.expires === day);
          const [first] = items;
          return {
            ...{ pack: id, title, day, why: ends(day), count: items.length },
            ...{ item: first!.id, subject: first!.subject },
          };
        }),
      ];
    });
  return lines.sort((a, b) => a.day.localeCompare(b.day) || a.pack.localeCompare(b.pack));
}
