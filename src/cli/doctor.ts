import { constants } from "node:fs";
import { access, mkdir, statfs } from "node:fs/promises";
import { createServer } from "node:net";
import { availableParallelism, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { notDurable } from "../server/db/durable-settings.ts";
import { serveOptions } from "../server/serve.ts";
import { homeFolder, openServices } from "../server/services.ts";
import { EXIT, type Verb } from "./verb.ts";

interface Finding {
  readonly what: string;
  readonly state: "fine" | "look" | "broken";
  readonly text: string;
}

/** Looks at what Willis needs on this machine and says what is wrong and what to do. */
export const doctor: Verb = {
  summary: "say what this machine has and what is wrong",
  help: `Look at this machine and this installation.

  node run.mjs doctor [--json]

Exit code 1 when something is broken.`,
  async run(args) {
    const { values } = parseArgs({ args, options: { json: { type: "boolean", default: false } } });
    const findings = [runtime(), memory(), await folder(), await space(), ...(await ports()), ...(await kept())];
    if (values.json) console.log(JSON.stringify({ findings }, null, 2));
    else
      for (const { what, state, text } of findings)
        console.log(`${{ fine: "●", look: "◌", broken: "✕" }[state]} ${what.padEnd(10)} ${text}`);
    return findings.some((finding) => finding.state === "broken") ? EXIT.failed : EXIT.ok;
  },
};

function runtime(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const fine = major > 24 || (major === 24 && minor >= 2);
  return {
    what: "Node",
    state: fine ? "fine" : "broken",
    text: `${process.version} on ${process.platform}-${process.arch}`,
  };
}

function memory(): Finding {
  const gib = totalmem() / 2 ** 30;
  return {
    what: "machine",
    state: gib >= 4 ? "fine" : "look",
    text: `${availableParallelism()} cores, ${gib.toFixed(1)} GiB of memory (4 GiB or more is comfortable)`,
  };
}

async function folder(): Promise<Finding> {
  const home = homeFolder();
  try {
    await mkdir(home, { recursive: true });
    await access(home, constants.W_OK);
    return { what: "home", state: "fine", text: home };
  } catch (error) {
    return {
      what: "home",
      state: "broken",
      text: `${home} cannot be written (${(error as Error).message}); set WILLIS_HOME`,
    };
  }
}

async function space(): Promise<Finding> {
  const { bavail, bsize } = await statfs(homeFolder()).catch(() => ({ bavail: 0, bsize: 1 }));
  const gib = (bavail * bsize) / 2 ** 30;
  return { what: "disk", state: gib > 10 ? "fine" : gib > 1 ? "look" : "broken", text: `${gib.toFixed(1)} GiB free` };
}

async function ports(): Promise<Finding[]> {
  const { host, port, dimsePort } = serveOptions(process.env);
  const running = await fetch(`http://${host}:${port}/healthz`, { signal: AbortSignal.timeout(2000) }).then(
    (reply) => reply.json(),
    () => null,
  );
  if (running)
    return [{ what: "server", state: "fine", text: `answers at http://${host}:${port}: ${JSON.stringify(running)}` }];
  return Promise.all(
    [port, dimsePort].map(async (number): Promise<Finding> => {
      const free = await isFree(host, number);
      return {
        what: `port ${number}`,
        state: free ? "fine" : "broken",
        text: free ? "free" : "taken by another program; set WILLIS_PORT or WILLIS_DIMSE_PORT",
      };
    }),
  );
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}

/** Database and images: opened as a server does. */
async function kept(): Promise<Finding[]> {
  try {
    const { services, close } = await openServices({ jobs: false });
    const { rows } = await services.pool.query(
      "select current_setting('server_version') as version, (select count(*) from study)::int as studies, (select count(*) from quarantine where state = 'waiting')::int as waiting",
    );
    const { writable, readable, text } = await services.blobs.state();
    const loses = await notDurable(services.pool);
    await close();
    const { version, studies, waiting } = rows[0];
    return [
      {
        what: "database",
        state: waiting > 0 ? "look" : "fine",
        text: `PostgreSQL ${version}, ${studies} studies, ${waiting} objects in quarantine`,
      },
      ...loses.map((said): Finding => ({ what: "database", state: "broken", text: said })),
      { what: "images", state: writable && readable ? "fine" : writable ? "look" : "broken", text },
      ...vaultKey(),
    ];
  } catch (error) {
    return [{ what: "database", state: "broken", text: (error as Error).message }];
  }
}

/** Servers that share a database share the key of its vault; the disk of one of them is no place for it. */
function vaultKey(): Finding[] {
  if (!process.env.WILLIS_BLOBS || process.env.WILLIS_VAULT_KEY_FILE) return [];
  const text = "several servers need the same key for de-identification: set WILLIS_VAULT_KEY_FILE on each";
  return [{ what: "vault key", state: "look", text }];
}
