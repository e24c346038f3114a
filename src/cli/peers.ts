import { parseArgs } from "node:util";
import { WillisError } from "../core/index.ts";
import { PERMISSIONS, type Permission } from "../server/db/peers/peer.ts";
import { listPeers, peerByTitle } from "../server/db/peers/read-peer.ts";
import { createPeer } from "../server/db/peers/write-peer.ts";
import { echo } from "../server/dimse/client/echo.ts";
import { tlsFiles } from "../server/dimse/tls-files.ts";
import type { Services } from "../server/http/services.ts";
import { UsageError, type Verb } from "./verb.ts";
import { type Done, printed } from "./with-services.ts";

const OPTIONS = {
  json: { type: "boolean", default: false },
  organisation: { type: "string" },
  host: { type: "string", default: "" },
  port: { type: "string", default: "104" },
  tls: { type: "boolean", default: false },
  may: { type: "string", default: "echo,store" },
  note: { type: "string", default: "" },
} as const;

/** DICOM peers: who may send, query and fetch, and whether they answer. */
export const peers: Verb = {
  summary: "list, add and test DICOM peers",
  help: `Application entities that Willis speaks DIMSE with.

  node run.mjs peers list [--organisation NAME] [--json]
  node run.mjs peers add AETITLE --organisation NAME [--host HOST] [--port 104] [--tls] [--may ${PERMISSIONS.join(",")}]
  node run.mjs peers test AETITLE [--json]

"test" sends C-ECHO and says how long each step took, or what is wrong (exit code 1).`,
  async run(args) {
    const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
    const act = ACTS[positionals[0] ?? ""];
    if (!act) throw new UsageError(`give one of: ${Object.keys(ACTS).join(", ")}`);
    return printed(values.json, (services) => act(services, positionals[1] ?? "", values));
  },
};

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>["values"];

async function organisations({ pool }: Services, name: string | undefined): Promise<{ id: string; name: string }[]> {
  const { rows } = await pool.query(
    "select id, name from organisation where $1::text is null or name = $1 order by name",
    [name ?? null],
  );
  if (name !== undefined && rows.length === 0) throw new WillisError("not-found", `there is no organisation "${name}"`);
  return rows;
}

const ACTS: Readonly<Record<string, (services: Services, title: string, values: Values) => Promise<Done>>> = {
  async list(services, _, { organisation }) {
    const data: object[] = [];
    const lines: string[] = [];
    for (const { id, name } of await organisations(services, organisation)) {
      for (const { organisationId: __, ...peer } of await listPeers(services.pool, id)) {
        data.push({ ...peer, organisation: name });
        const where = peer.host ? `${peer.host}:${peer.port}${peer.tls ? " TLS" : ""}` : "calls only";
        lines.push(
          `${peer.aeTitle.padEnd(16)} ${where.padEnd(28)} ${peer.permissions.join(",")}${peer.active ? "" : "  off"}  ${name}`,
        );
      }
    }
    return { data, lines: lines.length > 0 ? lines : ["There is no peer."] };
  },
  async add(services, title, { organisation, host = "", port, tls = false, may = "", note = "" }) {
    if (!/^[!-[\]-~]([ -[\]-~]{0,14}[!-[\]-~])?$/.test(title))
      throw new UsageError(`"${title}" is no AE title: 1 to 16 characters, no backslash`);
    if (!organisation) throw new UsageError("--organisation is missing: whose images it sends and sees");
    const number = Number(port);
    if (!Number.isInteger(number) || number < 1 || number > 65535) throw new UsageError(`--port ${port} is no port`);
    const permissions = may.split(",").filter(Boolean) as Permission[];
    const strange = permissions.find((one) => !PERMISSIONS.includes(one));
    if (strange) throw new UsageError(`--may ${strange}: give some of ${PERMISSIONS.join(",")}`);
    const [owner] = await organisations(services, organisation);
    const fields = { aeTitle: title, host, port: number, tls, addressCheck: true, permissions, note, active: true };
    const made = await createPeer(services.pool, owner!.id, fields);
    if (!made) throw new WillisError("conflict", `the AE title ${title} is that of a peer already`);
    return { data: made, lines: [`${title} may ${permissions.join(", ") || "nothing"}.`] };
  },
  async test({ pool }, title) {
    const peer = await peerByTitle(pool, title);
    if (!peer) throw new WillisError("not-found", `there is no peer "${title}"; see node run.mjs peers list`);
    const settings = { aeTitle: process.env.WILLIS_AE_TITLE || "WILLIS", tls: await tlsFiles(process.env) };
    const { connectMs, associateMs, echoMs, implementation } = await echo(peer, settings);
    const ms = (n: number): string => `${n.toFixed(1)} ms`;
    return {
      data: { connectMs, associateMs, echoMs, implementation },
      lines: [
        `${title} (${implementation}) answers: connected ${ms(connectMs)}, associated ${ms(associateMs)}, echo ${ms(echoMs)}.`,
      ],
    };
  },
};
