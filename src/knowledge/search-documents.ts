import { type Pack, stillHolds } from "./pack.ts";
import type { LibraryKind } from "./search-kinds.ts";
import { sentence } from "./sentence.ts";

/** One thing that can be found. `fields` carry the words that are searched, each with its weight. */
export interface LibraryDocument {
  readonly kind: LibraryKind;
  readonly id: string;
  /** Id of the pack that holds it. */
  readonly pack: string;
  readonly title: string;
  /** The sentence shown below the title; found words are marked in it. */
  readonly text: string;
  /** Body, year, strength and the like, short. */
  readonly line: string;
  /** Group within its kind, for a shelf without a search (topic, family, type). */
  readonly group: string;
  /** Why it may be read but drives nothing, or null. */
  readonly readOnly: "superseded" | "expired" | null;
  readonly fields: readonly { readonly text: string; readonly weight: number }[];
}

/** Topics of packs in words a reader would use. */
const TOPICS: Readonly<Record<string, string>> = {
  "evt-anterior": "Thrombectomy, anterior circulation",
  "evt-early": "Thrombectomy, early window",
  "evt-late": "Thrombectomy, late window",
  late: "Late window",
  "evt-large-core": "Thrombectomy, large core",
  "evt-basilar": "Thrombectomy, basilar artery",
  "evt-m2": "Thrombectomy, M2",
  "evt-mevo": "Thrombectomy, medium and distal vessels",
  "evt-technique": "Technique of thrombectomy",
  "evt-adjunct": "Drugs around thrombectomy",
  "ia-lysis": "Intra-arterial thrombolysis",
  bridging: "Thrombolysis before thrombectomy",
  thrombolysis: "Intravenous thrombolysis",
  bp: "Blood pressure",
  anaesthesia: "Anaesthesia",
  imaging: "Imaging",
  systems: "Systems of care",
  assessment: "Assessment",
  supportive: "Supportive care",
  pediatric: "Children",
  governance: "Governance",
  "aneurysm-ruptured": "Ruptured aneurysm",
  "aneurysm-unruptured": "Unruptured aneurysm",
  "aneurysm-screening": "Screening for aneurysms",
  "sah-vasospasm": "Vasospasm and delayed ischaemia",
  "sah-supportive": "Care after subarachnoid haemorrhage",
  sah: "Subarachnoid haemorrhage",
  carotid: "Carotid stenosis",
  "carotid-coverage": "Coverage of carotid stenting",
  icad: "Intracranial stenosis",
  cvt: "Cerebral venous thrombosis",
  iih: "Venous sinus stenosis",
  "ich-vascular": "Vascular cause of haemorrhage",
  "ich-surgery": "Surgery for haemorrhage",
  ich: "Intracerebral haemorrhage",
  csdh: "Chronic subdural haematoma",
  avm: "Brain AVM",
  sih: "Intracranial hypotension",
  vertebral: "Vertebral fracture",
  ipss: "Petrosal sinus sampling",
  epistaxis: "Epistaxis",
  mrgfus: "Focused ultrasound",
  conflict: "Evidence newer than a guideline",
};

/** A topic of a pack in words; the topic itself, with spaces, when the list has no words for it. */
export function topicWords(topic: string): string {
  return TOPICS[topic] ?? topic.replaceAll("-", " ");
}

/** Recommendations and the pack itself, which names what it holds. */
function guidance(pack: Pack, now: string, names: ReadonlyMap<string, string>): LibraryDocument[] {
  const state = pack.supersededBy !== null ? "superseded" : stillHolds(pack.expires, now) ? null : "expired";
  const items = pack.recommendations.map((item): LibraryDocument => {
    const status = item.status === "superseded" ? "superseded" : stillHolds(item.expires, now) ? state : "expired";
    const indications = item.indications.map((id) => names.get(id) ?? "").join("; ");
    return {
      kind: "recommendation",
      id: item.id,
      pack: pack.id,
      title: item.subject,
      // Recommendations of one subject differ in whom they are about.
      text: `${item.action}. When: ${sentence(item.criteria)}`,
      line: `${item.body} ${item.year}`,
      group: topicWords(item.topic),
      readOnly: status,
      fields: [
        { text: item.subject, weight: 5 },
        { text: item.action, weight: 3 },
        { text: topicWords(item.topic), weight: 2.5 },
        { text: `${item.id} ${item.id.replace(/-\d+$/, "")}`, weight: 2 },
        { text: `${item.guideline} ${item.body} ${item.year}`, weight: 1.5 },
        { text: sentence(item.criteria), weight: 1.8 },
        { text: indications, weight: 1.2 },
      ],
    };
  });
  const self: LibraryDocument = {
    kind: "pack",
    id: pack.id,
    pack: pack.id,
    title: pack.title,
    text: `Version ${pack.version}, released ${pack.released}, valid to ${pack.expires}`,
    line: pack.body,
    group: pack.body,
    readOnly: state,
    fields: [
      { text: pack.title, weight: 4 },
      { text: `${pack.body} ${pack.jurisdiction}`, weight: 2 },
      { text: pack.id, weight: 2 },
    ],
  };
  return [...items, self];
}

/** Trials and scales. */
function evidence(pack: Pack, names: ReadonlyMap<string, string>): LibraryDocument[] {
  const trials = pack.trials.map(
    (item): LibraryDocument => ({
      kind: "trial",
      id: item.id,
      pack: pack.id,
      title: item.acronym,
      text: item.conclusion,
      line: [String(item.year), item.n === null ? "" : `${item.n} patients`].filter(Boolean).join(", "),
      group: item.topics.filter((topic) => topic !== "conflict").map(topicWords)[0] ?? "Other",
      readOnly: null,
      fields: [
        { text: item.acronym, weight: 6 },
        { text: item.conclusion, weight: 3 },
        { text: item.topics.map(topicWords).join("; "), weight: 2.5 },
        { text: item.arms.join("; "), weight: 2 },
        { text: `${item.primaryOutcome}; ${item.type}; ${item.journal} ${item.year}`, weight: 1 },
        { text: item.registration ?? "", weight: 1 },
        { text: sentence(item.entry), weight: 1 },
      ],
    }),
  );
  const scales = pack.scales.map(
    (item): LibraryDocument => ({
      kind: "scale",
      id: item.id,
      pack: pack.id,
      title: item.name,
      text: item.interpretation[0] ?? item.bands.map((band) => band.words).join("; "),
      line: `${item.domain}, ${item.items.length} ${item.items.length === 1 ? "item" : "items"}`,
      group: item.domain,
      readOnly: null,
      fields: [
        { text: `${item.name} ${item.id}`, weight: 6 },
        { text: item.domain, weight: 2 },
        { text: [...item.interpretation, ...item.bands.map((band) => band.words)].join("; "), weight: 1.5 },
        { text: item.items.map((each) => each.label).join("; "), weight: 1 },
        { text: item.items.flatMap((each) => each.options.map((option) => option.label)).join("; "), weight: 0.6 },
        { text: item.source, weight: 1 },
        {
          text: [...names]
            .filter(([id]) => id === item.field)
            .map(([, name]) => name)
            .join(),
          weight: 1,
        },
      ],
    }),
  );
  return [...trials, ...scales];
}

/** Indications and metrics. */
function practice(pack: Pack): LibraryDocument[] {
  const indications = pack.indications.map(
    (item): LibraryDocument => ({
      kind: "indication",
      id: item.id,
      pack: pack.id,
      title: item.name,
      text: item.mainSteps.join("; "),
      line: `${item.family}, ${item.setting}`,
      group: item.family,
      readOnly: null,
      fields: [
        { text: `${item.name} ${item.id}`, weight: 5 },
        { text: item.family, weight: 2 },
        { text: item.alternatives.flatMap((row) => row.names).join("; "), weight: 1.5 },
        { text: item.recommendationTopics.map(topicWords).join("; "), weight: 1.2 },
        { text: item.mainSteps.join("; "), weight: 1.2 },
        { text: item.deviceClasses.join("; "), weight: 1.2 },
        { text: item.complications.map((each) => each.event).join("; "), weight: 1 },
        { text: Object.values(item.codes).flat().join(" "), weight: 1.5 },
      ],
    }),
  );
  const metrics = pack.metrics.map(
    (item): LibraryDocument => ({
      kind: "metric",
      id: item.id,
      pack: pack.id,
      title: item.name,
      text: [item.numerator, item.denominator].filter(Boolean).join(" of "),
      line: [item.type, item.target ? `target ${item.target}` : ""].filter(Boolean).join(", "),
      group: item.type,
      readOnly: null,
      fields: [
        { text: `${item.name} ${item.id}`, weight: 5 },
        { text: `${item.numerator}; ${item.denominator}`, weight: 2 },
        { text: `${item.type}; ${item.target}`, weight: 1 },
        { text: item.source, weight: 0.8 },
      ],
    }),
  );
  return [...indications, ...metrics];
}

/**
 * Everything that can be found in these packs at `now` (UTC ISO time), each id of a kind once. A thing that two packs
 * hold is taken from the first that is in force, else from the first.
 */
export function libraryDocuments(packs: readonly Pack[], now: string): readonly LibraryDocument[] {
  const holds = (pack: Pack) => pack.supersededBy === null && stillHolds(pack.expires, now);
  const names = new Map(packs.flatMap((pack) => pack.indications.map((item) => [item.id, item.name] as const)));
  const once = new Map<string, LibraryDocument>();
  for (const pack of [...packs.filter(holds), ...packs.filter((each) => !holds(each))]) {
    for (const document of [...guidance(pack, now, names), ...evidence(pack, names), ...practice(pack)]) {
      const key = `${document.kind}/${document.id}`;
      if (!once.has(key)) once.set(key, document);
    }
  }
  return [...once.values()];
}
