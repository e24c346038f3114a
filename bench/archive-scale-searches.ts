// What is asked of the big index: searches of viewers and modalities, and the pages that people work with.
import { spawnSync } from "node:child_process";
import http from "node:http";
import type { Sql } from "../src/server/db/pool.ts";
import { NAMES_ASKED } from "./archive-scale-names.ts";
import type { Archive } from "./archive-server.ts";

export type Answer = "found" | "nothing" | "failed";

export interface Asked {
  readonly what: string;
  /** Highest p95 in ms; null: shown, not judged. */
  readonly most: number | null;
  readonly requests?: number;
  /** Not run before it is measured. */
  readonly once?: boolean;
  /** The k-th request. */
  run(k: number): Promise<Answer>;
}

const MOST_MS = 20;
const EMPTY = 30; // bytes of an answer of the API without a row

/** All rows, with values that are in the database. */
export async function searches(sql: Sql, own: string, archive: Archive): Promise<Asked[]> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const root = archive.web.replace(/\/dicom-web$/, "");
  let link = "";
  const get = (url: string, accept = "application/dicom+json"): Promise<Answer> =>
    new Promise((done) => {
      const headers = { ...archive.headers, accept };
      const request = http.request(url, { agent, headers }, (answer) => {
        link = /<([^>]*)>; rel="next"/.exec(String(answer.headers.link ?? ""))?.[1] ?? "";
        let bytes = 0;
        answer.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
        });
        answer.on("end", () => {
          if (answer.statusCode !== 200 && answer.statusCode !== 204) done("failed");
          else done(answer.statusCode === 200 && bytes > EMPTY ? "found" : "nothing");
        });
      });
      request.on("error", () => done("failed"));
      request.end();
    });
  const column = async (text: string): Promise<string[]> =>
    (await sql.query(text)).rows.map((row) => Object.values(row as object)[0] as string);
  const mine = `organisation_id = '${own}'`;
  const sample = `from study tablesample system (0.2) where ${mine}`;
  const accessions = await column(`select accession ${sample} limit 400`);
  const uids = await column(`select study_uid ${sample} limit 400`);
  const numbers = await column(`select patient_id from patient tablesample system (0.5) where ${mine} limit 400`);
  const days = await column(`select to_char(study_date, 'YYYYMMDD') ${sample} and study_date < '2025-11-01' limit 400`);
  const modalities = ["CT", "MR", "XA", "DX", "PT", "IVOCT"];
  const qidoOf = (most: number | null, what: string, query: (k: number) => string): Asked => ({
    ...{ what: `QIDO ${what}`, most },
    run: (k) => get(`${archive.web}/studies?${query(k)}`),
  });
  const of = <T>(list: readonly T[], k: number): T => list[k % list.length]!;
  const name = (list: readonly string[], k: number): string =>
    `PatientName=${encodeURIComponent(of(list, k))}&limit=25`;
  const month = (day: string): string => `${day.slice(0, 6)}01-${day.slice(0, 6)}28`;
  const page = (what: string, path: (k: number) => string, most: number | null = null): Asked => ({
    ...{ what, most },
    run: (k) => get(root + path(k), "application/json"),
  });
  const find = (what: string, keys: (k: number) => readonly string[]): Asked => ({
    ...{ what: `C-FIND ${what}`, most: null, requests: 20 },
    run: async (k) => {
      const { host, port, aeTitle } = archive.dimse;
      const args = ["-aec", aeTitle, "-aet", "SCALE", "-S", "-k", "QueryRetrieveLevel=STUDY", "-k", "StudyInstanceUID"];
      const asked = keys(k).flatMap((key) => ["-k", key]);
      return spawnSync("findscu", [...args, ...asked, host, String(port)]).status === 0 ? "found" : "failed";
    },
  });
  await sql.query(
    "insert into peer (organisation_id, ae_title, permissions) values ($1, 'SCALE', '{echo,find}') on conflict do nothing",
    [own],
  );
  const dcmtk = spawnSync("findscu", ["--version"]).status === 0;
  return [
    qidoOf(MOST_MS, "patient id", (k) => `PatientID=${of(numbers, k)}`),
    qidoOf(MOST_MS, "accession", (k) => `AccessionNumber=${of(accessions, k)}`),
    qidoOf(
      MOST_MS,
      "month + modality, 25",
      (k) => `StudyDate=${month(of(days, k))}&ModalitiesInStudy=${of(modalities, k)}&limit=25`,
    ),
    qidoOf(
      MOST_MS,
      "15 years + modality (rare ones too), 25",
      (k) => `StudyDate=20110101-20251231&ModalitiesInStudy=${of(modalities, k)}&limit=25`,
    ),
    qidoOf(MOST_MS, "one busy day + CT, all", (k) => `StudyDate=${of(days, k)}&ModalitiesInStudy=CT`),
    qidoOf(MOST_MS, "name prefix, frequent, 25", (k) => name(NAMES_ASKED.frequent, k)),
    qidoOf(MOST_MS, "name prefix, middling, 25", (k) => name(NAMES_ASKED.middling, k)),
    qidoOf(MOST_MS, "name prefix, rare, 25", (k) => name(NAMES_ASKED.rare, k)),
    qidoOf(
      null,
      "name prefix + modality, 25",
      (k) => `${name(NAMES_ASKED.middling, k)}&ModalitiesInStudy=${of(modalities, k)}`,
    ),
    { ...qidoOf(null, "name with a wildcard before it, 25", (k) => name(NAMES_ASKED.inside, k)), requests: 20 },
    {
      ...qidoOf(
        null,
        "fuzzy name, 25",
        (k) => `PatientName=${of(["Rosenaushoffer", "Meier", "Golldobermann"], k)}&fuzzymatching=true&limit=25`,
      ),
      requests: 10,
    },
    qidoOf(null, "patient id prefix, 25", (k) => `PatientID=${of(numbers, k).slice(0, 5)}*&limit=25`),
    qidoOf(null, "birth date, 25", (k) => `PatientBirthDate=19${30 + (k % 60)}0312&limit=25`),
    qidoOf(null, "study UID", (k) => `StudyInstanceUID=${of(uids, k)}`),
    qidoOf(null, "newest 25", () => "limit=25"),
    {
      ...{ what: "QIDO next page of 1000 by cursor", most: null, requests: 40, once: true },
      run: () => get(link || `${archive.web}/studies?limit=1000`),
    },
    { ...qidoOf(null, "offset 100,000", () => "limit=25&offset=100000"), requests: 10 },
    { what: "QIDO series of a study", most: null, run: (k) => get(`${archive.web}/studies/${of(uids, k)}/series`) },
    ...(dcmtk
      ? [
          find("patient id", (k) => [`PatientID=${of(numbers, k)}`]),
          find("rare name", (k) => [`PatientName=${of(NAMES_ASKED.rare, k)}`]),
          find("day + modality", (k) => [`StudyDate=${of(days, k)}`, "ModalitiesInStudy=CT"]),
          find("nothing at this day (process alone)", () => ["StudyDate=19010101"]),
        ]
      : []),
    page("study list", () => "/api/studies"),
    page("study list, a rare name", (k) => `/api/studies?q=${of(NAMES_ASKED.rare, k).slice(0, -1)}`),
    page("study list, a frequent name", (k) => `/api/studies?q=${of(["Müller", "schmidt anna", "we"], k)}`),
    page("study list, number", (k) => `/api/studies?q=${of(accessions, k)}`),
    page(
      "study list, name and description",
      (k) => `/api/studies?q=${of(["fischer perfusion", "stein angio", "garcia ct"], k)}`,
    ),
    page("study list, a word that is nowhere", (k) => `/api/studies?q=xyzzy${k}`),
    page("patients", () => "/api/patients"),
    page("patients, a rare name", (k) => `/api/patients?q=${of(NAMES_ASKED.rare, k).slice(0, -1)}`),
    page("patients, a frequent name", (k) => `/api/patients?q=${of(["Müller", "schmidt anna", "we"], k)}`),
    page("patients, number", (k) => `/api/patients?q=${of(numbers, k)}`),
    page("patients, born", (k) => `/api/patients?q=19${30 + (k % 60)}-03-12`),
    page("cases", () => "/api/cases"),
    page("arrivals", () => "/api/arrivals"),
    page("quarantine", () => "/api/quarantine"),
  ];
}
