// The rows about searching and reading.
import type { Step } from "./archive-step.ts";
import { gets } from "./archive-step.ts";

const JSON_TYPE = "application/dicom+json";

export const readSteps: readonly Step[] = [
  {
    what: "QIDO study by PatientID, 1 connection",
    unit: "per s",
    atLeast: 2,
    run: (archive, load) => {
      const patients = load.ct.map((study) => study[0]!.patient);
      const paths = patients.map((patient) => `/studies?PatientID=${patient}`);
      return gets(archive, paths, JSON_TYPE, 1, 400);
    },
  },
];
