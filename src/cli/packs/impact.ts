import { parseArgs } from "node:util";
import type { Impact, Judgement } from "../../knowledge/impact.ts";
import { impactOnCases } from "../../server/knowledge/impact.ts";
import { loadPack } from "../../server/packs.ts";
import { openServices } from "../../server/services.ts";
import { EXIT, UsageError } from "../verb.ts";
import { packFolder } from "./pack-folder.ts";

const WORDS: Readonly<Record<string, string>> = {
  applies: "applies",
  doesNotApply: "does not apply",
  cannotDetermine: "cannot be determined",
};
const words = (of: Judgement) => (of === null ? "says nothing" : WORDS[of]);

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
  const opened = await openServices({ jobs: false });
  // beside the packs that are in force: facts follow from their trials, too
  const [before, after] = given.map((pack) => [
    ...opened.services.packs.filter((one) => !given.some(({ id }) => id === one.id)),
    pack,
  ]);
  try {
    let shown = 0;
    const told = (seen: number, total: number) => {
      if (seen - shown < 100_000) return;
      shown = seen;
      process.stderr.write(`${seen} of ${total} decisions\n`);
    };
    const found = await impactOnCases(opened.services.pool, { before: before!, after: after! }, new Date(), {
      days,
      told,
    });
    if (values.json) console.log(JSON.stringify(found, null, 2));
    else
      console.log(
        [
          ...lines("Waiting for an answer", found.open),
          ...lines(`Decided since ${found.since.slice(0, 10)}`, found.decided),
          ...found.unusable.map(({ message, count }) => `not used, ${count} times: ${message}`),
        ].join("\n"),
      );
  } finally {
    await opened.close();
  }
  return EXIT.ok;
}
