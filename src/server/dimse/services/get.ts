import { COMMAND } from "../../../dicom/dimse.ts";
import { agreeRelational, takesModel } from "../query-model.ts";
import { requestedObjects, respondFinally } from "../retrieve-request.ts";
import { type Service, STATUS } from "../service.ts";
import { isStorageClass } from "../storage-classes.ts";
import { breathe, everySoOften, SubOperations, sendObject } from "../sub-operations.ts";

/** C-GET (PS3.4 C.4.3): objects come back on the same association, in classes of which the caller is SCP. */
export const get: Service = {
  name: "C-GET",
  needs: "retrieve",
  fields: [COMMAND.get],
  takes: takesModel("get"),
  callerMayBeScp: isStorageClass,
  negotiate: agreeRelational,
  async handle(request) {
    const { services, session, signal, respond } = request;
    const files = await requestedObjects(request);
    const counts = new SubOperations(files.length);
    const due = everySoOften(100);
    for (const file of files) {
      if (signal.aborted) break;
      if (session.dimse.association.roles.get(file.sopClass)?.scp)
        await sendObject(services, session, file, counts, { signal: session.ended });
      else counts.fail(file.sopUid, `the caller did not offer to be SCP of ${file.sopClass}`);
      if (counts.remaining > 0 && due()) await respond(STATUS.pending, counts.fields(false));
      await breathe();
    }
    await respondFinally(request, counts);
  },
};
