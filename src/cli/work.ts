import { parseArgs } from "node:util";
import { homeFolder, openServices } from "../server/services.ts";
import { status } from "./status.ts";
import { EXIT, UsageError, type Verb } from "./verb.ts";

const HELP = `Compute what is queued, without serving anybody.

  node run.mjs work

Needs DATABASE_URL and the same WILLIS_BLOBS as the servers ("node run.mjs serve --no-jobs"); any number may run, on any
machine. One analysis at a time each; one whose worker died is done again by another. Ends cleanly on SIGTERM.`;

/** The verb `work`. */
export const work: Verb = {
  summary: "compute what servers on the same database have queued",
  help: HELP,
  async run(args) {
    parseArgs({ args, options: {} });
    if (!process.env.DATABASE_URL)
      throw new UsageError("work needs DATABASE_URL: a server with the embedded database computes by itself");
    const line = status();
    line.step("Opening");
    const stopped = Promise.withResolvers<string>();
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stopped.resolve(signal));
    process.on("disconnect", () => stopped.resolve("the process that started it is gone"));
    process.channel?.unref();
    const { close } = await openServices({ home: homeFolder(), say: line.step });
    line.done();
    console.log("Working. Ctrl-C stops.");
    const alive = setInterval(() => {}, 60_000); // the queue alone does not keep the process
    const why = await stopped.promise;
    clearInterval(alive);
    line.note(`Stopping (${why})`);
    await close();
    return EXIT.ok;
  },
};
