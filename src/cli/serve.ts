import { parseArgs } from "node:util";
import { firstAdministrator } from "../server/auth/first-administrator.ts";
import { createSignInLink } from "../server/auth/sign-in-links.ts";
import { oneAfterTheOther } from "../server/db/advisory-lock.ts";
import { notDurable } from "../server/db/durable-settings.ts";
import { loadDemo } from "../server/demo/load.ts";
import { demoPeople } from "../server/demo/people.ts";
import { serve as listen, type Serving, serveOptions } from "../server/serve.ts";
import { homeFolder, openServices } from "../server/services.ts";
import { buildWeb } from "../server/web-build.ts";
import { status } from "./status.ts";
import { EXIT, type Verb } from "./verb.ts";

const FIRST_START = 77_105_111; // advisory lock: what is made once, when several servers start at the same time

const help = `Start Willis.

  node run.mjs serve [--no-demo] [--no-jobs]

  --no-demo   start empty and print a one-time link for the administrator, instead of loading the demo hospital
  --no-jobs   compute nothing: one or more "node run.mjs work" on the same database do

Settings (environment):
  WILLIS_HOME         where everything is kept (default .willis in the project folder)
  WILLIS_HOST         address to listen on (default 127.0.0.1; put a TLS proxy before anything wider)
  WILLIS_PORT         web app, API and DICOMweb (default 8650)
  WILLIS_DIMSE_PORT   DIMSE (default 11104)
  WILLIS_AE_TITLE     DIMSE application entity title (default WILLIS)
  WILLIS_PUBLIC_URL   address by which people reach it, for sign-in links
  WILLIS_TRUST_PROXY  1: believe the X-Forwarded headers of the proxy in front
  WILLIS_CORS_ORIGINS origins whose pages may use DICOMweb, with spaces between
  WILLIS_DIMSE_KNOWN_ONLY  1: refuse DIMSE callers that are no peers
  WILLIS_DIMSE_TLS_*  DIMSE over TLS; see docs/reference/dimse.md
  WILLIS_DRAIN_SECONDS  how long it says at /health/ready that it stops, before it does (default 0)
  DATABASE_URL        a PostgreSQL 15 or later, instead of the embedded one
  WILLIS_BLOBS        s3://BUCKET/PREFIX, instead of a folder; see docs/guide/several-servers.md`;

export const serve: Verb = {
  summary: "start Willis",
  help,
  async run(args) {
    const { values } = parseArgs({
      args,
      options: { "no-demo": { type: "boolean", default: false }, "no-jobs": { type: "boolean", default: false } },
    });
    const line = status();
    const options = serveOptions(process.env);
    line.step("Opening Willis");
    const launched = process.connected; // by run.mjs, over a channel that closes when it dies
    const opened = await openServices({ home: homeFolder(), jobs: "later", say: line.step });
    const { services, adopted, close } = opened;
    if (adopted) line.note("Took over a database left running by an earlier process.");
    let serving: Serving | null = null;
    let stopping = false;
    const stopped = Promise.withResolvers<number>();
    const stop = async (why: string) => {
      if (stopping) return;
      stopping = true;
      line.note(`Stopping (${why})`);
      await serving?.stop();
      await close();
      stopped.resolve(EXIT.ok);
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void stop(signal));
    process.on("disconnect", () => void stop("the process that started it is gone"));
    process.channel?.unref();
    if (launched && !process.connected) void stop("the process that started it is gone");
    try {
      for (const said of await notDurable(services.pool)) line.note(said);
      if (!stopping) await buildWeb(line.step);
      if (!stopping && !values["no-demo"])
        await oneAfterTheOther(services.pool, FIRST_START, () =>
          loadDemo(services, (step, fraction) => line.step(step, fraction)),
        );
      if (stopping) return await stopped.promise;
      if (!values["no-jobs"]) await opened.work(); // not before: a series is measured when it is all there
      serving = await listen(services, options);
    } catch (error) {
      if (stopping) return await stopped.promise;
      await stop("it could not start");
      throw explain(error, options.port, options.dimsePort);
    }
    line.done();
    await announce(serving, values["no-demo"]);
    return await stopped.promise;

    async function announce(at: Serving, empty: boolean): Promise<void> {
      console.log(
        `\nWillis   ${at.url}      DICOMweb ${at.url}/dicom-web      DIMSE ${options.aeTitle} on port ${at.dimsePort}`,
      );
      if (empty) {
        const person = await oneAfterTheOther(services.pool, FIRST_START, () => firstAdministrator(services.pool));
        if (person) {
          const { token } = await createSignInLink(services.pool, person.id, { usesLeft: 1, hours: 24 });
          console.log(`\nAdministrator, one time, valid 24 h:\n  ${at.url}/sign-in/${token}`);
        }
      } else {
        console.log("\nSign in as (valid 12 h):");
        for (const person of await demoPeople(services.pool)) {
          const { token } = await createSignInLink(services.pool, person.id, { usesLeft: null, hours: 12 });
          console.log(`  ${`${person.name}, ${person.roleName}`.padEnd(52)} ${at.url}/sign-in/${token}`);
        }
      }
      console.log("\nNot a medical device. Ctrl-C stops.");
    }
  },
};

function explain(error: unknown, port: number, dimsePort: number): Error {
  const { code, port: taken } = error as { code?: string; port?: number };
  if (code === "EADDRINUSE") {
    const name = taken === dimsePort ? "WILLIS_DIMSE_PORT" : "WILLIS_PORT";
    return new Error(`Port ${taken ?? port} is taken: Willis runs already, or set ${name} to another port.`);
  }
  return error as Error;
}
