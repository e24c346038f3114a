import { Type } from "typebox";
import { WillisError } from "../../../core/errors.ts";
import { instanceOf } from "../../../dicom/instance.ts";
import { isRigid } from "../../../imaging/registration/rigid.ts";
import { jobKind } from "./kind.ts";

const UID = Type.String({ minLength: 1, maxLength: 64, pattern: "^[0-9.]+$" });

/** Rigid registration of another series of the patient to this one. */
export const registerJob = jobKind({
  kind: "register",
  summary:
    "Queues a rigid registration of another series (moving, of this or an earlier study) to this one; start: where a person put it, a rigid matrix from moving to this one (row-major, LPS mm)",
  params: Type.Object({
    moving: Type.Object({ study: UID, series: UID }),
    start: Type.Optional(Type.Array(Type.Number({ minimum: -10000, maximum: 10000 }), { minItems: 16, maxItems: 16 })),
  }),
  others: ({ moving }) => [moving],
  limits: { minutes: 10, inputMb: 3000, heapMb: 1024 },
  async run({ series: [fixedFiles = [], movingFiles = []], params, run, ms }, told) {
    if (params.start && !isRigid(params.start))
      throw new WillisError("cannot-compute", "The start is no rigid motion: a turn, a shift, and 0 0 0 1.");
    // loaded here: the thread of the server, which reads this file for its schema, has no need of elastix
    const { register } = await import("../../registration/register.ts");
    const { limitationsOf, volumeOf } = await import("../../registration/volume-of.ts");
    const { registrationObject, registrationView } = await import("../../registration/registration-view.ts");
    told("Reading the series", 0);
    const read = (files: readonly Uint8Array[], name: string, from: number) =>
      volumeOf(
        files.map((bytes) => instanceOf(bytes)),
        name,
        (_, x) => told(`Reading the ${name} series`, from + 0.05 * x),
      );
    const fixed = await read(fixedFiles, "fixed", 0);
    const moving = await read(movingFiles, "moving", 0.05);
    const found = await register(fixed.volume, moving.volume, (step, x) => told(step, 0.1 + 0.85 * x), params.start);
    told("Writing the registration", 0.97);
    const object = registrationObject(found, fixed, moving, run, ms);
    const stored = { registration: object.seriesUid };
    return {
      result: registrationView(found, fixed, moving, limitationsOf(fixed, moving), stored),
      objects: [object],
    };
  },
});
