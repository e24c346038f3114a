import type { DecisionBasis } from "../../cases/decision-basis.ts";
import { decisionWithBasis, notePdf } from "../db/cases/decisions.ts";
import { addEvent } from "../db/cases/events.ts";
import type { Services } from "../http/services.ts";
import { picturesOf } from "../kept/key-image-pictures.ts";
import { decisionPdf } from "../reports/decision-pdf.ts";
import { storePdfInStudy } from "./dicom-copy.ts";

/** Making the pictures of its key images may take so long; then the PDF is made later, when it is asked for. */
const PICTURES_MS = 60_000;

/**
 * Makes the PDF of a decision from its frozen basis, keeps it as a blob, and stores it as Encapsulated PDF with the
 * patient's images. Returns what did not succeed, in words, which the timeline of the case then says too. Making it a
 * second time gives the same bytes and stores nothing twice.
 */
export async function makePdf(services: Services, decisionId: string): Promise<string[]> {
  const found = await decisionWithBasis(services.pool, decisionId);
  if (!found) return [`there is no decision ${decisionId}`];
  const warnings: string[] = [];
  const fail = (what: string, error: unknown) => {
    console.error(`${what} of decision ${decisionId} failed:`, error);
    warnings.push(`${what} failed: ${error instanceof Error ? error.message : String(error)}`);
  };
  try {
    const basis = found.basis as DecisionBasis;
    const pictures = await picturesOf(services, basis.keyImages ?? [], AbortSignal.timeout(PICTURES_MS));
    const pdf = await decisionPdf(found.decision, basis, pictures);
    const blob = await services.blobs.put(pdf);
    await notePdf(services.pool, decisionId, blob.key, found.pdfSopUid);
    try {
      const sopUid = await storePdfInStudy(services, found.decision, basis, pdf);
      await notePdf(services.pool, decisionId, blob.key, sopUid);
    } catch (error) {
      fail("storing the PDF with the images", error);
    }
  } catch (error) {
    fail("making the PDF", error);
  }
  for (const text of warnings) {
    await addEvent(services.pool, found.decision.caseId, { kind: "pdf-failed", text }, null, services.now());
  }
  return warnings;
}
