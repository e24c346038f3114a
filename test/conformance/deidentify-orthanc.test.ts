import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type DataSet, dataSet, type Element } from "../../src/dicom/data-set.ts";
import { deidentify } from "../../src/dicom/deidentify/deidentify.ts";
import { BASIC, profileRows } from "../../src/dicom/deidentify/profile.ts";
import { keyedPseudonyms } from "../../src/dicom/deidentify/pseudonyms.ts";
import { entryOf, tagText } from "../../src/dicom/dictionary.ts";
import { TABLE } from "../../src/dicom/dictionary-table.ts";
import { parsePart10 } from "../../src/dicom/parse.ts";
import { VR_FACTS, type Vr } from "../../src/dicom/vr.ts";
import { writePart10 } from "../../src/dicom/write.ts";
import { onPath } from "../tools.ts";

const program = await onPath("Orthanc");
const names = keyedPseudonyms((message) => createHmac("sha256", "peer").update(message).digest());
const VALUES: Partial<Record<Vr, string>> = {
  ...{
    DA: "19710203",
    TM: "030405",
    DT: "19710203030405",
    UI: "1.2.826.0.1.99.4242",
    AS: "071Y",
    IS: "4242",
    DS: "42.42",
  },
};
let peer: ChildProcess | null = null;
let folder = "";
let url = "";

before(async () => {
  if (!program) return;
  folder = await mkdtemp(join(tmpdir(), "willis-orthanc-"));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const settings = {
    ...{ StorageDirectory: folder, IndexDirectory: folder, HttpPort: port, DicomServerEnabled: false },
    ...{ AuthenticationEnabled: false, Plugins: [] },
  };
  await writeFile(join(folder, "orthanc.json"), JSON.stringify(settings));
  peer = spawn(program, [join(folder, "orthanc.json")], { stdio: "ignore" });
  for (let i = 0; i < 100; i++) {
    if (
      await fetch(`${url}/system`).then(
        (answer) => answer.ok,
        () => false,
      )
    )
      return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("Orthanc did not start within 10 s");
});
after(async () => {
  peer?.kill();
  if (folder) await rm(folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** An object with every attribute of PS3.6 that may stand in a data set. */
function everything(): DataSet {
  const ds = dataSet({
    SOPClassUID: "1.2.840.10008.5.1.4.1.1.2",
    SOPInstanceUID: "1.2.3.4",
    StudyInstanceUID: "1.2.3",
  });
  for (const [group, row] of Object.entries(TABLE)) {
    const high = Number.parseInt(group, 16);
    if (group.endsWith("xx") || high <= 6 || high === 0x7fe0 || high === 0xfffe) continue;
    for (const cell of row.split(";")) {
      const tag = Number.parseInt(group + cell.slice(0, 4), 16);
      if (ds.has(tag) || tag === 0x00080005 || (tag & 0xffff) === 0) continue;
      ds.set(tag, exampleOf(entryOf(tag)!.vr));
    }
  }
  return ds;
}

function exampleOf(vr: Vr): Element {
  const { kind } = VR_FACTS[vr];
  if (kind === "items") return { vr, value: [dataSet({ CodeMeaning: "ORIGINAL" })] };
  if (kind === "bytes") return { vr, value: new TextEncoder().encode("ORIGINAL") };
  return { vr, value: kind === "numbers" ? [1] : [VALUES[vr] ?? "ORIGINAL"] };
}

const shown = (element: Element | undefined): string =>
  element ? JSON.stringify([...element.value].map((one) => (one instanceof Map ? [...one] : one))) : "absent";

test("what Orthanc removes or replaces by PS3.15 2021b is removed or replaced by us, and our table's X rows are gone there too", {
  skip: !program && "Orthanc is absent",
}, async () => {
  const original = everything();
  const file = writePart10(original);
  const stored = await fetch(`${url}/instances`, { method: "POST", body: Buffer.from(file) });
  const { ID } = (await stored.json()) as { ID: string };
  const body = JSON.stringify({ DicomVersion: "2021b", Force: true });
  const answer = await fetch(`${url}/instances/${ID}/anonymize`, { method: "POST", body });
  const theirs = parsePart10(new Uint8Array(await answer.arrayBuffer())).dataSet;
  const made = deidentify(file, BASIC, names);
  assert.equal(made.state, "done");
  if (made.state !== "done") return;
  const ours = parsePart10(made.bytes).dataSet;
  /** Items stay and are treated one by one; of a code that is no person's nothing has to go. */
  const treatedByItem = new Set([0x00340001, 0x0040a073]);
  let changed = 0;
  for (const [tag, element] of original) {
    const theyKeep = shown(theirs.get(tag)) === shown(element);
    const weKeep = shown(ours.get(tag)) === shown(element);
    if (!theyKeep) changed++;
    assert.ok(theyKeep || !weKeep || treatedByItem.has(tag), `${tagText(tag)} is kept here, not by Orthanc`);
  }
  assert.ok(changed > 440, `Orthanc changed ${changed}`);
  for (const [tag, row] of profileRows()) {
    if (row.basic === "X" && row.rule === "table" && original.has(tag))
      assert.equal(theirs.has(tag), false, `${tagText(tag)}: X in our table, kept by Orthanc`);
  }
});
