import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { connect } from "node:tls";
import { promisify } from "node:util";
import { echo } from "../../src/server/dimse/client/echo.ts";
import { type DimseServer, startDimse } from "../../src/server/dimse/server.ts";
import { tlsFiles } from "../../src/server/dimse/tls-files.ts";
import { steadyPort } from "../free-port.ts";
import { startWillis, type TestWillis } from "../harness.ts";
import { onPath } from "../tools.ts";
import { dcmtk, listening, withoutDcmtk } from "./dcmtk.ts";
import { ctStack } from "./images.ts";

const run = promisify(execFile);
let willis: TestWillis;
let folder = "";
let missing = "";
let open: DimseServer;
let mutual: DimseServer;
const path = (name: string): string => join(folder, name);

/** A certificate authority of our own, and certificates for both sides, by openssl. */
async function certificates(): Promise<void> {
  const ssl = (...args: string[]) => run("openssl", args, { cwd: folder });
  await ssl(
    ...[
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-keyout",
      "ca.key",
      "-out",
      "ca.pem",
      "-days",
      "2",
      "-subj",
      "/CN=Test CA",
    ],
  );
  await writeFile(path("san.ext"), "subjectAltName=IP:127.0.0.1,DNS:localhost\n");
  for (const name of ["server", "client"]) {
    await ssl(
      ...[
        "req",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        `${name}.key`,
        "-out",
        `${name}.csr`,
        "-subj",
        `/CN=${name}`,
      ],
    );
    await ssl(
      ...[
        "x509",
        "-req",
        "-in",
        `${name}.csr`,
        "-CA",
        "ca.pem",
        "-CAkey",
        "ca.key",
        "-CAcreateserial",
        "-days",
        "2",
        "-extfile",
        "san.ext",
        "-out",
        `${name}.pem`,
      ],
    );
  }
}

before(async () => {
  missing = (await onPath("openssl")) ? await withoutDcmtk() : "openssl is not installed here";
  willis = await startWillis();
  if (missing) return;
  folder = await mkdtemp(join(tmpdir(), "willis-tls-"));
  await certificates();
  const env = {
    WILLIS_DIMSE_TLS_KEY: path("server.key"),
    WILLIS_DIMSE_TLS_CERT: path("server.pem"),
    WILLIS_DIMSE_TLS_CA: path("ca.pem"),
  };
  const listen = async (more: object) =>
    startDimse(willis.services, {
      host: "127.0.0.1",
      port: 0,
      aeTitle: "WILLIS",
      tls: { port: 0, files: (await tlsFiles({ ...env, ...more }))! },
    });
  open = await listen({});
  mutual = await listen({ WILLIS_DIMSE_TLS_MUTUAL: "1" });
});
after(async () => {
  await open?.stop();
  await mutual?.stop();
  await willis?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

const own = () => ["+tls", path("client.key"), path("client.pem"), "+cf", path("ca.pem")];
const anonymous = () => ["+tla", "+cf", path("ca.pem")];

test("dcmtk's echoscu and storescu are served over TLS", async (t) => {
  if (missing) return t.skip(missing);
  const at = ["-aec", "WILLIS", "127.0.0.1", String(open.tlsPort)];
  const echoed = await dcmtk("echoscu", [...anonymous(), ...at]);
  assert.equal(echoed.code, 0, echoed.text);
  await writeFile(path("ct.dcm"), ctStack("Tls", 1, 32).files[0]!);
  const stored = await dcmtk("storescu", ["-v", ...own(), ...at, path("ct.dcm")]);
  assert.match(stored.text, /Received Store Response \(Success\)/);
});

test("with mutual certificates a caller that shows none, or one of a stranger, is not let in", async (t) => {
  if (missing) return t.skip(missing);
  const at = ["-aec", "WILLIS", "127.0.0.1", String(mutual.tlsPort)];
  assert.equal((await dcmtk("echoscu", [...own(), ...at])).code, 0);
  assert.notEqual((await dcmtk("echoscu", [...anonymous(), ...at])).code, 0);
  await run("openssl", [
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-keyout",
    path("x.key"),
    "-out",
    path("x.pem"),
    "-days",
    "2",
    "-subj",
    "/CN=x",
  ]);
  assert.notEqual(
    (await dcmtk("echoscu", ["+tls", path("x.key"), path("x.pem"), "+cf", path("ca.pem"), ...at])).code,
    0,
  );
});

test("what is older than TLS 1.2, or has no forward secrecy, is refused", async (t) => {
  if (missing) return t.skip(missing);
  const tried = (options: object): Promise<string> =>
    new Promise((done) => {
      const socket = connect({ host: "127.0.0.1", port: open.tlsPort!, rejectUnauthorized: false, ...options });
      socket.on("secureConnect", () => {
        done(socket.getProtocol() ?? "");
        socket.destroy();
      });
      socket.on("error", (error) => done((error as NodeJS.ErrnoException).code ?? error.message));
    });
  assert.equal(await tried({}), "TLSv1.3");
  assert.equal(await tried({ maxVersion: "TLSv1.2" }), "TLSv1.2");
  assert.match(
    await tried({ minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" }),
    /ERR_SSL|ECONNRESET/,
  );
  assert.match(await tried({ maxVersion: "TLSv1.2", ciphers: "AES128-GCM-SHA256" }), /ERR_SSL|ECONNRESET/);
});

test("as user we speak TLS to dcmtk's storescp, and say what is wrong with a certificate we do not trust", async (t) => {
  if (missing) return t.skip(missing);
  const port = await steadyPort();
  const scp = await listening("storescp", [
    "-aet",
    "SECURE",
    "+tls",
    path("server.key"),
    path("server.pem"),
    "+cf",
    path("ca.pem"),
    "-od",
    folder,
    String(port),
  ]);
  try {
    const files = await tlsFiles({
      WILLIS_DIMSE_TLS_KEY: path("client.key"),
      WILLIS_DIMSE_TLS_CERT: path("client.pem"),
      WILLIS_DIMSE_TLS_CA: path("ca.pem"),
    });
    const peer = { aeTitle: "SECURE", host: "127.0.0.1", port, tls: true };
    const result = await echo(peer, { aeTitle: "WILLIS", tls: files });
    assert.match(result.implementation, /OFFIS/);
    await assert.rejects(
      echo(peer, { aeTitle: "WILLIS", tls: { ...files!, ca: null } }),
      /TLS handshake failed .*WILLIS_DIMSE_TLS_CA/,
    );
    await assert.rejects(echo({ ...peer, tls: false }, { aeTitle: "WILLIS", tls: null }), /SECURE|ended/);
  } finally {
    await scp.stop();
  }
});

test("half of the TLS settings is refused with the name of the missing one", async () => {
  await assert.rejects(tlsFiles({ WILLIS_DIMSE_TLS_KEY: "/x" }), /WILLIS_DIMSE_TLS_CERT is missing/);
  await assert.rejects(
    tlsFiles({ WILLIS_DIMSE_TLS_KEY: "/absent", WILLIS_DIMSE_TLS_CERT: "/absent" }),
    /WILLIS_DIMSE_TLS_KEY: ENOENT/,
  );
  assert.equal(await tlsFiles({}), null);
});
