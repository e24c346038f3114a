import { WillisError } from "../../../core/errors.ts";
import { text } from "../../../dicom/data-set.ts";
import { COMMAND } from "../../../dicom/dimse.ts";
import { peerByTitle } from "../../db/peers/read-peer.ts";
import { sendObjects } from "../client/send.ts";
import { agreeRelational, takesModel } from "../query-model.ts";
import { requestedObjects, respondFinally } from "../retrieve-request.ts";
import { Refusal, type Service, STATUS } from "../service.ts";
import { dimseSettings } from "../settings.ts";
import { everySoOften, SubOperations } from "../sub-operations.ts";

/**
 * C-MOVE (PS3.4 C.4.2): objects go to a third party, which must be an active peer of the caller's organisation with an
 * address: nobody can have images sent to where no administrator has said.
 */
export const move: Service = {
  name: "C-MOVE",
  needs: "retrieve",
  fields: [COMMAND.move],
  takes: takesModel("move"),
  negotiate: agreeRelational,
  async handle(request) {
    const { services, caller, message, signal, respond } = request;
    const title = (text(message.command, "MoveDestination") ?? "").trim();
    const files = await requestedObjects(request);
    const destination = await peerByTitle(services.pool, title);
    if (!destination?.active || destination.organisationId !== caller.organisationId || destination.host === "")
      throw new Refusal(STATUS.moveDestinationUnknown, `${title} is no peer with an address`);
    const counts = new SubOperations(files.length);
    const due = everySoOften(100);
    const fields = {
      MoveOriginatorApplicationEntityTitle: caller.aeTitle,
      MoveOriginatorMessageID: message.messageId,
    };
    const onProgress = async (): Promise<void> => {
      if (counts.remaining > 0 && due()) await respond(STATUS.pending, counts.fields(false));
    };
    try {
      const options = { signal, abort: request.session.ended, fields, onProgress };
      await sendObjects(destination, dimseSettings(services.pool), services, files, counts, options);
    } catch (error) {
      if (!(error instanceof WillisError)) throw error;
      for (const { sopUid } of files) if (!counts.triedUids.has(sopUid)) counts.fail(sopUid, error.message);
    }
    await respondFinally(request, counts);
  },
};
