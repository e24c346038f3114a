import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { steadyPort } from "../free-port.ts";
import type { RunningStore } from "./object-store.ts";

const run = promisify(execFile);
const SERVERS = ["account", "container", "object"] as const;
const PROGRAMS = [...SERVERS.map((name) => `swift-${name}-server`), "swift-proxy-server", "swift-ring-builder"];

/** Whether Debian's packages swift-proxy, swift-account, swift-container and swift-object are installed. */
export async function hasSwift(): Promise<boolean> {
  return run("which", PROGRAMS).then(
    () => true,
    () => false,
  );
}

/**
 * OpenStack Swift with its S3 interface: an object store that hospitals run, on free ports of the loopback address, one
 * replica, all of it below `folder` (which must keep extended attributes). Started again on the same folder it has what it had.
 */
export async function startSwift(folder: string): Promise<RunningStore> {
  const devices = join(folder, "devices");
  await mkdir(join(devices, "d1"), { recursive: true });
  const ports = [await steadyPort(), await steadyPort(), await steadyPort(), await steadyPort()];
  const user = userInfo().username;
  const common = [`swift_dir = ${folder}`, `user = ${user}`, "bind_ip = 127.0.0.1", "workers = 0", "log_level = ERROR"];
  await writeFile(
    join(folder, "swift.conf"),
    "[swift-hash]\nswift_hash_path_suffix = test\nswift_hash_path_prefix = test\n[storage-policy:0]\nname = one\ndefault = yes\n",
  );
  for (const [i, name] of SERVERS.entries()) {
    const lines = [
      ...["[DEFAULT]", ...common, `bind_port = ${ports[i]}`, `devices = ${devices}`, "mount_check = false"],
      ...["[pipeline:main]", `pipeline = ${name}-server`, `[app:${name}-server]`, `use = egg:swift#${name}`],
    ];
    await writeFile(join(folder, `${name}-server.conf`), `${lines.join("\n")}\n`);
    const builder = join(folder, `${name}.builder`);
    await run("swift-ring-builder", [builder, "create", "2", "1", "0"]);
    await run("swift-ring-builder", [builder, "add", `r1z1-127.0.0.1:${ports[i]}/d1`, "1"]);
    await run("swift-ring-builder", [builder, "rebalance"]);
  }
  const proxy = [
    ...["[DEFAULT]", ...common, `bind_port = ${ports[3]}`],
    "[pipeline:main]",
    "pipeline = catch_errors gatekeeper cache listing_formats s3api tempauth slo dlo proxy-server",
    ...["[app:proxy-server]", "use = egg:swift#proxy", "account_autocreate = true", "allow_account_management = true"],
    // one replica on a machine that does much else: slow is not broken
    ...["node_timeout = 60", "conn_timeout = 5", "error_suppression_limit = 1000000"],
    ...["[filter:tempauth]", "use = egg:swift#tempauth", "user_willis_tester = testing .admin"],
    ...["[filter:s3api]", "use = egg:swift#s3api", "s3_acl = false", "location = us-east-1"],
    ...["catch_errors", "gatekeeper", "listing_formats", "slo", "dlo"].flatMap((name) => [
      `[filter:${name}]`,
      `use = egg:swift#${name}`,
    ]),
    ...["[filter:cache]", "use = egg:swift#memcache", "memcache_servers = 127.0.0.1:1"],
  ];
  await writeFile(join(folder, "proxy-server.conf"), `${proxy.join("\n")}\n`);

  let children: ChildProcess[] = [];
  const keys = { accessKey: "willis:tester", secretKey: "testing" };
  const endpoint = `http://127.0.0.1:${ports[3]}`;
  const kill = async (): Promise<void> => {
    const running = children.filter((child) => child.exitCode === null && child.signalCode === null);
    const ends = running.map((child) => once(child, "exit"));
    for (const child of running) child.kill("SIGKILL");
    await Promise.all(ends);
  };
  const start = async (): Promise<void> => {
    children = [...SERVERS, "proxy"].map((name) =>
      spawn(`swift-${name}-server`, [join(folder, `${name}-server.conf`)], { stdio: "ignore" }),
    );
    const credentials = { accessKeyId: keys.accessKey, secretAccessKey: keys.secretKey };
    const client = new S3Client({ endpoint, region: "us-east-1", forcePathStyle: true, credentials, maxAttempts: 1 });
    for (let tries = 0; ; tries++) {
      try {
        await client.send(new CreateBucketCommand({ Bucket: "willis" })); // works when all four do
        break;
      } catch (error) {
        if ((error as Error).name === "BucketAlreadyOwnedByYou") break;
        if (tries > 300) {
          await kill();
          throw new Error(`Swift did not serve at ${endpoint} within a minute`, { cause: error });
        }
        await sleep(200);
      }
    }
    client.destroy();
  };
  await start();
  return { name: "Swift", endpoint, ...keys, kill, start };
}
