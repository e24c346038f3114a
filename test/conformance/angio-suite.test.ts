import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { startWillis, type TestWillis } from "../harness.ts";

const run = promisify(execFile);
const python = ["/usr/bin/python3", "python3"].find((one) => spawnSync(one, ["-c", "import pydicom"]).status === 0);
let willis: TestWillis;

before(async () => {
  willis = await startWillis();
});
after(() => willis?.stop());

const post = (login: "hub" | "spoke", path: string, body: object) =>
  willis.as(login, path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

test("a suite that pydicom speaks for gets its patient, reports its procedure, stores and is told that it is kept", {
  skip: python ? false : "no Python with pydicom",
}, async () => {
  await willis.services.pool.query(
    "insert into peer (organisation_id, ae_title, permissions) values ($1, 'ANGIO1', '{store,worklist,mpps,commit}')",
    [willis.organisations.Hub],
  );
  const patient = { name: "Müller, Anna", identifier: "PY-1", birthDate: "1950-01-02", sex: "F" };
  const wanted = { kind: "stroke", toOrganisationId: willis.organisations.Hub, patient };
  const { id } = (await (await post("spoke", "/api/cases", wanted)).json()) as { id: string };
  await post("spoke", `/api/cases/${id}/refer`, {});
  await post("hub", `/api/cases/${id}/answer`, { kind: "accept", option: "Mechanical thrombectomy" });

  const script = join(import.meta.dirname, "angio-suite.py");
  const { stdout } = await run(python!, [script, "127.0.0.1", String(willis.dimsePort), "PY-1"], { timeout: 60_000 });
  const uid = "1.2.826.0.1.3680043.9.99.1";
  assert.deepEqual(JSON.parse(stdout), {
    find: [0, 1, "Müller^Anna"],
    create: [0x8140, 2, 0, uid],
    store: 0,
    set: [0x8120, 0, null],
    setAgain: [0x8120, 0x0110, 0xa710],
    action: 0,
    event: [0x0100, 1, `${uid}.4`, [`${uid}.2`]],
    release: 6,
  });

  const answer = await willis.as("spoke", `/api/cases/${id}/procedure`);
  const { scheduled, performed } = (await answer.json()) as {
    scheduled: { state: string; studyUid: string }[];
    performed: { status: string; images: number; doseAreaProduct: number }[];
  };
  assert.equal(scheduled[0]!.state, "completed");
  assert.deepEqual([performed[0]!.status, performed[0]!.images, performed[0]!.doseAreaProduct], ["COMPLETED", 1, 50]);
  for (let tries = 0; ; tries++) {
    const shown = (await (await willis.as("spoke", `/api/cases/${id}`)).json()) as { images: { studies: string[] } };
    if (shown.images.studies.includes(scheduled[0]!.studyUid)) break;
    assert.ok(tries < 100, "the study of the procedure comes to the case");
    await sleep(100);
  }
  const { rows } = await willis.services.pool.query("select state from commitment");
  assert.deepEqual(rows, [{ state: "done" }]);
});
