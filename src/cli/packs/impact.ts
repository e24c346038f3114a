import { parseArgs } from "node:util";
import type { Impact, Judgement } from "../../knowledge/impact.ts";
import { VERDICT_WORDS } from "../../knowledge/verdict.ts";
import { impactOnCases } from "../../server/knowledge/impact.ts";
import { loadPack } from "../../server/packs.ts";
import { UsageError } from "../verb.ts";
import { printed } from "../with-services.ts";
import { packFolder } from "./pack-folder.ts";

const words = (of: Judgement) => (of === null ? "says nothing" : VERDICT_WORDS[of]);

function lines(title: string, { patients, otherwise, lines: each }: Impact): string[] {
  return [
    `${title}: ${otherwise} of ${patients} are judged otherwise`,
    ...each.map(
      ({ id, subject, from, to, count }) =>
        `  ${String(count).padStart(7)}  ${id}  ${subject}: ${words(from)}, then ${words(to)}`,
    ),
  ];
}

/** `packs impact A B`: counts on the database of this installation; nothing is changed. */
export async function impact(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: "boolean" }, days: { type: "string", default: "365" } },
  });
  if (positionals.length !== 2) throw new UsageError("Name two packs: the one of before and the one of now.");
  const days = Number(values.days);
  if (!Number.isInteger(days) || days < 1 || days > 36_500)
    throw new UsageError(`--days must be a whole number from 1 to 36500, not "${values.days}".`);
  const given = positionals.map((name) => loadPack(packFolder(name)));
  return printed(values.json ?? false, async ({ pool, packs }) => {
    // beside the packs that are in force: facts follow from their trials, too
    const others = packs.filter((one) => !given.some(({ id }) => id === one.id));
    const [before, after] = given.map((pack) => [...others, pack]);
    let shown = 0;
    const told = (seen: number, total: number) => {
      if (seen - shown < 100_000) return;
      shown = seen;
      process.stderr.write(`${seen} of ${total} decisions\n`);
    };
    const found = await impactOnCases(pool, { before: before!, after: after! }, new Date(), { days, told });
    return {
      data: found,
      lines: [
        ...lines("Waiting for an answer", found.open),
        ...lines(`Decided since ${found.since.slice(0, 10)}`, found.decided),
        ...found.unusable.map(({ message, count }) => `not used, ${count} times: ${message}`),
      ],
    };
  });
}
