import { type DataSet, items, text } from "../../../dicom/index.ts";
import { referencesOf } from "../../../dicom/objects/content-tree.ts";

const MODALITY = [0x00283000, 0x00281052, 0x00281053, 0x00281054];
const VOI = [0x00283010, 0x00281050, 0x00281051, 0x00281056];
const PRESENTATION = [0x20500010, 0x20500020];

/** The VOI item of a presentation state for an image: one that names it, else one for all. */
function voiFor(state: DataSet, sopUid: string): DataSet | undefined {
  const all = items(state, "SoftcopyVOILUTSequence");
  const named = all.find((item) => referencesOf(item, "ReferencedImageSequence").some((one) => one.sopUid === sopUid));
  return named ?? all.find((item) => items(item, "ReferencedImageSequence").length === 0);
}

/** Whether a state changes greys by tables or shapes, which a window alone does not show. */
export function hasOwnGreys(state: DataSet): boolean {
  const windows = items(state, "SoftcopyVOILUTSequence");
  return (
    items(state, "ModalityLUTSequence").length > 0 ||
    items(state, "PresentationLUTSequence").length > 0 ||
    windows.length > 1 ||
    windows.some((item) => items(item, "VOILUTSequence").length > 0 || text(item, "VOILUTFunction") !== undefined)
  );
}

/**
 * The data set of an image as a presentation state has it shown: modality table or rescale, VOI of this image, and
 * presentation shape are those of the state; its pixels and padding are its own. A state is complete (PS3.3 A.33): what it does not give does not hold.
 */
export function underState(state: DataSet, own: DataSet, sopUid: string): DataSet {
  const made: DataSet = new Map(own);
  for (const tag of [...VOI, ...PRESENTATION]) made.delete(tag);
  const take = (from: DataSet | undefined, tags: readonly number[]) => {
    for (const tag of tags) {
      const element = from?.get(tag);
      if (element) made.set(tag, element);
    }
  };
  if (MODALITY.some((tag) => state.has(tag))) {
    for (const tag of MODALITY) made.delete(tag);
    take(state, MODALITY);
  }
  take(voiFor(state, sopUid), VOI);
  take(state, PRESENTATION);
  return made;
}
