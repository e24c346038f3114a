// Storing while the index is measured: a slice of CT into a study that is there, and the first object of a new study.
import { mkdirSync, readFileSync } from "node:fs";
import http from "node:http";
import { dataSet } from "../src/dicom/data-set.ts";
import { writePart10 } from "../src/dicom/write.ts";
import { makeLoad } from "./archive-load.ts";
import type { Answer, Asked } from "./archive-scale-searches.ts";
import type { Archive } from "./archive-server.ts";

const BOUNDARY = "scale";

/** The two kinds of storing, for `count` objects each time that they are measured (twice, with some to warm up). */
export async function storing(archive: Archive, folder: string, count: number): Promise<Asked[]> {
  mkdirSync(folder, { recursive: true });
  const files = makeLoad(folder, { studies: 1, perStudy: Math.ceil((count + 10) * 2), runs: 0 }).ct.flat();
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const run = Math.floor(performance.timeOrigin); // another run in the same database brings other objects
  let slices = 0;
  let studies = 0;
  const stow = (file: Buffer): Promise<Answer> =>
    new Promise((done) => {
      const body = Buffer.concat([
        Buffer.from(`\r\n--${BOUNDARY}\r\nContent-Type: application/dicom\r\n\r\n`),
        file,
        Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
      ]);
      const headers = {
        ...archive.headers,
        "content-type": `multipart/related; type="application/dicom"; boundary=${BOUNDARY}`,
        "content-length": body.length,
        accept: "application/dicom+json",
      };
      const request = http.request(`${archive.web}/studies`, { agent, method: "POST", headers }, (answer) => {
        answer.resume().on("end", () => done(answer.statusCode === 200 ? "found" : "failed"));
      });
      request.on("error", () => done("failed"));
      request.end(body);
    });
  return [
    { what: "STOW CT 0.53 MB", most: null, run: () => stow(readFileSync(files[slices++ % files.length]!.path)) },
    { what: "STOW first object of a study", most: null, run: () => stow(firstObject(run, studies++)) },
  ];
}

function firstObject(run: number, n: number): Buffer {
  const study = `1.2.826.0.1.3680043.10.9999.12.${run}.${n}`;
  const header = dataSet({
    ...{ SOPClassUID: "1.2.840.10008.5.1.4.1.1.7", SOPInstanceUID: `${study}.1.1`, StudyInstanceUID: study },
    ...{
      SeriesInstanceUID: `${study}.1`,
      PatientID: `NEW${run}-${n}`,
      PatientName: `Neuberger^Anna ${n}`,
      Modality: "OT",
    },
    ...{
      PatientBirthDate: "19600101",
      PatientSex: "F",
      StudyDate: "20251231",
      StudyTime: "101500",
      AccessionNumber: `N${n}`,
    },
    ...{
      StudyDescription: "SECONDARY CAPTURE",
      SeriesNumber: 1,
      InstanceNumber: 1,
      SamplesPerPixel: 1,
      Rows: 8,
      Columns: 8,
    },
    ...{
      PhotometricInterpretation: "MONOCHROME2",
      BitsAllocated: 8,
      BitsStored: 8,
      HighBit: 7,
      PixelRepresentation: 0,
    },
    ...{ PixelData: new Uint8Array(64).fill(n % 256) },
  });
  return Buffer.from(writePart10(header));
}
