import { lastSweeps, storageUse } from "../db/archive/storage-use.ts";
import { IDENTIFYING_ROLES } from "../http/authorise.ts";
import type { Route } from "../http/route.ts";

const WEEK = 7;

/** Bytes a day over the last week, today not counted as it is not over; over the days there are when there are fewer. */
function growth(days: readonly { readonly day: string; readonly bytes: number }[], today: string): number {
  const first = days.at(-1)?.day;
  if (first === undefined || first === today) return days.find((one) => one.day === today)?.bytes ?? 0;
  const since = (day: string) => Math.round((Date.parse(today) - Date.parse(day)) / 86_400_000);
  const span = Math.min(WEEK, since(first));
  const counted = days.filter((one) => one.day !== today && since(one.day) <= span);
  return counted.reduce((sum, one) => sum + one.bytes, 0) / span;
}

export const storageRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/api/storage",
    access: { on: "role", roles: IDENTIFYING_ROLES, patientData: false },
    summary: "Space: what is kept, how it grows, what is free, and what sweeps found",
    handle: async ({ services, person }) => {
      const { pool, blobs, now } = services;
      const [use, state, sweeps] = await Promise.all([
        storageUse(pool, person.organisationId),
        blobs.state(),
        lastSweeps(pool),
      ]);
      const perDay = growth(use.days, now().toISOString().slice(0, 10));
      const daysLeft = perDay > 0 ? Math.floor(state.freeBytes / perDay) : null;
      return { ...use, perDay, daysLeft, store: state, sweeps };
    },
  },
];
