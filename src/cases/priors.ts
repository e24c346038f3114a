import type { CaseKind } from "./views.ts";

/** A study as another archive describes it. */
export interface FoundStudy {
  readonly studyUid: string;
  /** `YYYYMMDD`; empty: not known. */
  readonly date: string;
  readonly description: string;
  readonly bodyPart: string;
  readonly modalities: readonly string[];
  /** Number of objects; null: not said. */
  readonly images: number | null;
}

/** A study with the reason why it is fetched or left. */
export interface JudgedStudy extends FoundStudy {
  readonly why: string;
}

/** At most so many studies are fetched for a case from one archive, and so many objects in all. */
export const MOST_PRIORS = 5;
/** Objects of all chosen studies together. */
export const MOST_OBJECTS = 20_000;

const SPINE_TOO: ReadonlySet<CaseKind> = new Set(["other"]);
const MODALITIES = new Set(["CT", "MR", "XA", "RF"]);
const HEAD =
  /head|brain|skull|cran|neck|carotid|cereb|neuro|intracran|h(i|ä)rn|hirn|kopf|hals|sch(ä|ae)del|cow|willis|stroke|aneurysm|\b(cta|mra|dsa)\b/i;
const SPINE = /spine|spinal|myelo|lumbar|thoracic sp|wirbel|\b[clt]spine\b/i;
const ELSEWHERE =
  /chest|thorax|lung|abdom|pelvi|knee|hip|foot|ankle|hand|wrist|shoulder|elbow|liver|kidney|prostat|breast|mammo|leg|arm\b|extrem|heart|cardiac|coronar|colon/i;

/**
 * Which earlier studies are worth fetching for a case: CT, MR, XA and RF of head and neck (of the spine too for cases of the
 * kind "other"), by body part, else by the words of the description; one that says nothing of where is taken as the head's
 * after all that do. Newest first, at most 5, and no more than 20,000 objects together. The others come back with the reason.
 */
export function choosePriors(
  found: readonly FoundStudy[],
  kind: CaseKind,
): { readonly chosen: readonly JudgedStudy[]; readonly left: readonly JudgedStudy[] } {
  const left: JudgedStudy[] = [];
  const fit: (JudgedStudy & { readonly rank: number })[] = [];
  for (const study of found) {
    const words = `${study.bodyPart} ${study.description}`;
    const wanted = study.modalities.filter((modality) => MODALITIES.has(modality));
    const what = wanted.join(", ");
    if (wanted.length === 0)
      left.push({ ...study, why: `${study.modalities.join(", ") || "no modality"} is not fetched` });
    else if (HEAD.test(words)) fit.push({ ...study, why: `${what} of head or neck`, rank: 0 });
    else if (SPINE_TOO.has(kind) && SPINE.test(words)) fit.push({ ...study, why: `${what} of the spine`, rank: 0 });
    else if (ELSEWHERE.test(words) || SPINE.test(words)) left.push({ ...study, why: "of another part of the body" });
    else fit.push({ ...study, why: `${what}, says not of where`, rank: 1 });
  }
  fit.sort((a, b) => a.rank - b.rank || (a.date < b.date ? 1 : a.date > b.date ? -1 : 0));
  const chosen: JudgedStudy[] = [];
  let objects = 0;
  for (const { rank: _, ...study } of fit) {
    const size = study.images ?? 0;
    if (chosen.length >= MOST_PRIORS) left.push({ ...study, why: `more than the newest ${MOST_PRIORS}` });
    else if (objects + size > MOST_OBJECTS) left.push({ ...study, why: `more than ${MOST_OBJECTS} objects together` });
    else {
      objects += size;
      chosen.push(study);
    }
  }
  return { chosen, left };
}
