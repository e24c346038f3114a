import { diffPacks, diffRecommendation, type RecommendationChange } from "./diff.ts";
import type { Pack } from "./pack.ts";

/** A version of a pack that this installation has or had. */
export interface PackVersion {
  readonly pack: Pack;
  /** When it was installed here (UTC ISO time), or null when it came with the software. */
  readonly installedAt: string | null;
}

/** One recommendation that changed, with its words as they now are. */
export interface ChangedItem extends RecommendationChange {
  readonly subject: string;
  readonly action: string;
  /** Id of the older wording, when it had another id. */
  readonly was: string | null;
}

/** Something that changed, for the feed. `at` is a UTC ISO day or time: when a new version came here, else when it was released. */
export interface FeedEntry {
  readonly id: string;
  readonly at: string;
  /** "version": a new version of a pack; "first": the first one here; "guidance": the body changed its guidance. */
  readonly kind: "version" | "first" | "guidance";
  readonly pack: { readonly id: string; readonly title: string; readonly body: string; readonly version: string };
  /** Version before, or null. */
  readonly before: string | null;
  readonly title: string;
  readonly summary: string;
  readonly items: readonly ChangedItem[];
}

function changedItems(older: Pack, newer: Pack): readonly ChangedItem[] {
  const now = new Map(newer.recommendations.map((item) => [item.id, item] as const));
  const then = new Map(older.recommendations.map((item) => [item.id, item] as const));
  return diffPacks(older, newer).map((change) => {
    const item = now.get(change.id) ?? then.get(change.id)!;
    return { ...change, subject: item.subject, action: item.action, was: null };
  });
}

/** What a pack itself says changed in the guidance of its body, by criterion where both wordings are on the shelf. */
function guidance(version: PackVersion, packs: readonly Pack[]): readonly FeedEntry[] {
  const { pack } = version;
  const all = new Map(packs.flatMap((each) => each.recommendations).map((item) => [item.id, item] as const));
  return pack.changes.map((change) => ({
    id: `${pack.id}/${change.id}`,
    at: pack.released,
    kind: "guidance",
    pack: { id: pack.id, title: pack.title, body: pack.body, version: pack.version },
    before: null,
    title: change.topic,
    summary: change.drivers ? `${change.summary}. Because of ${change.drivers}.` : `${change.summary}.`,
    items: change.from.flatMap((from) =>
      change.to.flatMap((to) => {
        const [older, newer] = [all.get(from), all.get(to)];
        const difference = older && newer ? diffRecommendation(older, newer) : null;
        return newer && difference
          ? [
              {
                ...difference,
                words: difference.words.filter(({ of }) => of !== "status" && of !== "expires"),
                subject: newer.subject,
                action: newer.action,
                was: from,
              },
            ]
          : [];
      }),
    ),
  }));
}

function when({ pack, installedAt }: PackVersion): string {
  return installedAt ?? pack.released;
}

/**
 * What changed, newest first: each version of a pack against the one before it (by criterion), the first version of
 * each, and what the packs say their bodies changed. Versions of one pack follow each other by the time they came here,
 * then by their number; the same bytes twice count once.
 */
export function whatChanged(versions: readonly PackVersion[]): readonly FeedEntry[] {
  const byId = new Map<string, PackVersion[]>();
  for (const version of versions) {
    const row = byId.get(version.pack.id) ?? [];
    if (!row.some((each) => each.pack.hash === version.pack.hash)) row.push(version);
    byId.set(version.pack.id, row);
  }
  const packs = versions.map((version) => version.pack);
  const entries: FeedEntry[] = [];
  for (const row of byId.values()) {
    row.sort(
      (a, b) => when(a).localeCompare(when(b)) || a.pack.version.localeCompare(b.pack.version, "en", { numeric: true }),
    );
    row.forEach((version, i) => {
      const { pack } = version;
      const before = row[i - 1]?.pack;
      const items = before ? changedItems(before, pack) : [];
      const counts = `${pack.recommendations.length} recommendations, ${pack.trials.length} trials, ${pack.scales.length} scales`;
      entries.push({
        id: pack.hash,
        // The first version of a pack is no news of this installation: it stands at its release.
        at: before ? when(version) : pack.released,
        kind: before ? "version" : "first",
        pack: { id: pack.id, title: pack.title, body: pack.body, version: pack.version },
        before: before?.version ?? null,
        title: pack.title,
        summary: before
          ? items.length === 0
            ? `Version ${before.version} became ${pack.version}. No recommendation says anything else than before.`
            : `Version ${before.version} became ${pack.version}. ${items.length} of ${pack.recommendations.length} recommendations changed.`
          : `Version ${pack.version} is on the shelf: ${counts}.`,
        items,
      });
      if (i === row.length - 1) entries.push(...guidance(version, packs));
    });
  }
  const rank = { version: 0, guidance: 1, first: 2 } as const;
  return entries.sort(
    (a, b) =>
      b.at.slice(0, 10).localeCompare(a.at.slice(0, 10)) || rank[a.kind] - rank[b.kind] || a.id.localeCompare(b.id),
  );
}
