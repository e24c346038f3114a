import { FIELDS } from "./dictionary.ts";
import { stemOf, wordsIn } from "./search-words.ts";

/** Words that people use for the same thing; each line is one idea, its first phrase is what the library calls it. */
const SAME: readonly string[] = [
  "mechanical thrombectomy; thrombectomy; clot retrieval; clot removal; clot extraction; evt; endovascular thrombectomy; mt; embolectomy; pull the clot; stroke thrombectomy",
  "intravenous thrombolysis; thrombolysis; ivt; iv lysis; clot busting; clot buster; clot dissolving; lytic; tpa; iv tpa; rtpa; thrombolytic",
  "tenecteplase; tnk; tnkase; metalyse",
  "alteplase; actilyse",
  "large vessel occlusion; lvo; blocked large artery",
  "medium vessel occlusion; mevo; medium distal vessel occlusion; distal vessel occlusion; dvo; distal clot; small clot; m3; distal occlusion",
  "basilar artery occlusion; basilar; bao; posterior circulation; vertebrobasilar; basilar stroke",
  "large core; big core; large infarct; large ischemic core; low aspects; extensive infarct; big infarct",
  "ischemic stroke; ais; brain attack; cerebral infarction; brain infarct; stroke due to clot",
  "wake up; wake up stroke; unknown onset; unwitnessed onset",
  "late window; extended window; 6 24 h; 16 24 h; beyond 6 hours; after 6 hours; late thrombectomy; 6 to 24 hours",
  "blood pressure; bp; hypertension; systolic; sbp; antihypertensive; antihypertensives",
  "general anesthesia; anesthesia; ga; sedation; conscious sedation; anaesthetic; asleep or awake",
  "intracerebral hemorrhage; ich; brain bleed; cerebral bleed; brain hemorrhage; intraparenchymal; bleed in the brain",
  "symptomatic ich; sich; symptomatic intracranial hemorrhage; bleeding after thrombectomy; hemorrhagic transformation",
  "subarachnoid hemorrhage; sah; asah; subarachnoid; subarachnoid bleed; aneurysmal bleed",
  "ruptured aneurysm; ruptured intracranial aneurysm; burst aneurysm; ruptured",
  "unruptured aneurysm; unruptured intracranial aneurysm; uia; incidental aneurysm; aneurysm without bleeding; unruptured",
  "coiling; coil; coil embolization; endovascular coiling",
  "clipping; clip; surgical clipping; microsurgical clipping",
  "flow diverter; flow diversion; pipeline; fd; braided stent; flow diverting stent",
  "vasospasm; dci; delayed cerebral ischemia; delayed ischemia; spasm; delayed ischaemic deficit",
  "nimodipine; calcium channel blocker; nimotop",
  "arteriovenous malformation; avm; bavm; brain avm",
  "dural fistula; davf; dural avf; dural arteriovenous fistula; dural av fistula",
  "carotid cavernous fistula; ccf; cavernous fistula",
  "carotid endarterectomy; cea; endarterectomy; carotid surgery",
  "carotid stenting; cas; carotid stent; carotid artery stenting; stent the carotid",
  "carotid stenosis; carotid narrowing; narrowed carotid; extracranial carotid stenosis; carotid plaque",
  "intracranial stenosis; icad; icas; intracranial atherosclerosis; intracranial atherosclerotic stenosis; intracranial stenting; wingspan",
  "cerebral venous thrombosis; cvt; cvst; venous sinus thrombosis; sinus thrombosis; dural sinus thrombosis; venous thrombosis; sinus vein thrombosis",
  "idiopathic intracranial hypertension; iih; pseudotumor cerebri; pseudotumor",
  "venous sinus stenosis; venous sinus stenting; sinus stenting; vss; sinus stent; stent venous sinus",
  "pulsatile tinnitus; whooshing; pulse synchronous tinnitus; ringing in the ear; tinnitus",
  "middle meningeal artery; mma; mmae; mma embolization; middle meningeal artery embolization",
  "chronic subdural hematoma; csdh; chronic subdural; subdural; subdural hematoma; sdh",
  "spontaneous intracranial hypotension; sih; intracranial hypotension; csf leak; spinal fluid leak; low pressure headache; orthostatic headache; spinal leak",
  "epidural blood patch; blood patch; ebp; fibrin patch",
  "csf venous fistula; cvf; csf vein fistula",
  "vertebroplasty; kyphoplasty; vertebral augmentation; cement augmentation; cementing; bone cement; sacroplasty",
  "vertebral fracture; vcf; compression fracture; vertebral compression fracture; osteoporotic fracture; collapsed vertebra; spine fracture",
  "nosebleed; epistaxis; nose bleed; nasal bleeding",
  "petrosal sinus sampling; ipss; bipss; inferior petrosal sinus sampling; cushing; acth source",
  "focused ultrasound; mrgfus; hifu; fus; thalamotomy; tremor; essential tremor",
  "catheter angiography; dsa; angiogram; angiography; digital subtraction angiography; cerebral angiogram",
  "ct angiography; cta; ct angiogram",
  "noncontrast ct; ncct; plain ct; ct head; head ct",
  "perfusion imaging; ctp; ct perfusion; perfusion; mr perfusion; pwi; perfusion mismatch; penumbra",
  "nihss; nih stroke scale; nih scale; stroke severity; stroke severity score; neurological deficit score",
  "modified rankin scale; mrs; rankin; disability score; rankin scale",
  "aspects; aspect score; alberta stroke program; early ct score; early ischemic changes",
  "etici; tici; mtici; reperfusion grade; recanalization grade; reperfusion score",
  "collateral; collaterals; collateral flow; collateral score",
  "door to needle; dtn; d2n; needle time; time to lysis",
  "door to puncture; dtp; d2p; groin time; door to groin; puncture time; groin puncture",
  "door in door out; dido; transfer time; time at referring hospital",
  "first pass effect; fpe; first pass; one pass",
  "radiation; dose; skin dose; kerma; dap; drl; reference level; dose area product; x ray dose",
  "kidney injury; nephropathy; contrast nephropathy; cin; creatinine; renal; kidney",
  "access site complication; groin hematoma; access hematoma; groin complication; puncture site bleeding",
  "antiplatelet; antiplatelets; dapt; dual antiplatelet; aspirin and clopidogrel; clopidogrel; blood thinning",
  "anticoagulation; anticoagulant; heparin; doac; warfarin; vka; blood thinner; blood thinners",
  "stent retriever; stentriever; stent retrievers",
  "aspiration; contact aspiration; adapt; suction",
  "balloon guide; bgc; balloon guide catheter",
  "intra arterial thrombolysis; ia lysis; intra arterial lysis; intra arterial tenecteplase; intra arterial alteplase; ia thrombolysis; lysis through the catheter; intraarterial thrombolysis; ia tenecteplase; ia alteplase; ia lytic; intra arterial lytic; intra arterial tnk",
  "bridging; thrombolysis before thrombectomy; bridging thrombolysis; skip lysis; direct thrombectomy; direct to thrombectomy; lysis before thrombectomy; bridging lysis",
  "mobile stroke unit; msu; stroke ambulance",
  "children; child; pediatric; pediatrics; childhood; kid",
  "glucose; insulin; sugar; blood sugar; hyperglycemia",
  "antifibrinolytic; tranexamic acid; txa; aminocaproic; tranexamic",
  "seizure prophylaxis; phenytoin; antiseizure; anticonvulsant; seizure; antiepileptic",
  "multidisciplinary board; mdt; multidisciplinary team; board; conference; tumor board; team meeting",
  "minimally invasive evacuation; hematoma evacuation; minimally invasive surgery; clot evacuation; evacuation; parafascicular",
  "mortality; death; fatality; died",
  "retinoblastoma; intra arterial chemotherapy; eye cancer; eye tumor",
  "vein of galen; vogm; galen malformation; galen",
  "spinal fistula; spinal davf; sdavf; spinal dural avf; spinal avm",
  "balloon test occlusion; bto; test occlusion; carotid sacrifice test",
  "wada test; wada; amytal test; language lateralization",
  "sclerotherapy; venous malformation; lymphatic malformation; vascular malformation of the skin",
  "nerve root block; root block; spinal injection; epidural injection; epidural steroid; pain injection",
  "facet injection; facet; sacroiliac; rf neurotomy; facet joint; radiofrequency",
  "biopsy; needle biopsy; ct guided biopsy; tissue sampling",
  "dissection; pseudoaneurysm; torn artery; arterial tear; cervical dissection",
  "carotid blowout; blowout; neck bleeding; head and neck bleeding",
  "meningioma; tumor embolization; preoperative embolization; preop embolization; paraganglioma; glomus; juna",
  "moyamoya; bypass",
  "aneurysm growth; growth of an aneurysm; growing aneurysm; growth risk",
  "rupture risk; risk of rupture; bleeding risk of an aneurysm; aneurysm rupture risk",
  "screening; family history; familial; relatives",
  "restenosis; retreatment; recurrence; recanalization",
  "occlusion grade; aneurysm occlusion; coil occlusion; residual neck; residual aneurysm",
  "coma; consciousness; conscious level; awake score",
  "prehospital; ambulance scale; paramedic; field triage; paramedics",
];

/** A phrase as stems, joined by spaces. */
function phraseKey(words: readonly string[]): string {
  return words.join(" ");
}

/** A phrase of a text that names an idea: which, and the words it takes (index of the first, one past the last). */
export interface NamedIdea {
  readonly ideas: readonly string[];
  readonly from: number;
  readonly to: number;
}

const LONGEST = 6;

function makeTable(): ReadonlyMap<string, readonly string[]> {
  const table = new Map<string, string[]>();
  const put = (phrase: string, idea: string) => {
    const key = phraseKey(wordsIn(phrase).map((word) => word.stem));
    if (key === "") return;
    const ideas = table.get(key);
    if (!ideas) table.set(key, [idea]);
    else if (!ideas.includes(idea)) ideas.push(idea);
  };
  for (const line of SAME) {
    const phrases = line.split("; ");
    for (const phrase of phrases) put(phrase, `=${phrases[0]}`);
  }
  // What the facts dictionary calls by several names is one idea as well.
  for (const field of FIELDS) {
    const names = [field.label, ...field.synonyms].filter((name) => name.length > 1);
    if (names.length > 1) for (const name of names) put(name, `=${field.name}`);
  }
  return table;
}

const TABLE = makeTable();

/** Stems of all words that occur in a synonym; a query word near one of them may be a mistyping of it. */
export const SYNONYM_STEMS: ReadonlySet<string> = new Set([...TABLE.keys()].flatMap((key) => key.split(" ")));

/** Ideas that a single word names, e.g. "evt" or "thrombectomy"; empty when it names none. Takes a word or a stem. */
export function ideasOfWord(stem: string): readonly string[] {
  return TABLE.get(stem) ?? TABLE.get(stemOf(stem)) ?? [];
}

/** The phrases of a row of stems that name an idea, longest first from each place, not overlapping. */
export function ideasIn(stems: readonly string[]): readonly NamedIdea[] {
  const found: NamedIdea[] = [];
  for (let from = 0; from < stems.length; ) {
    let length = Math.min(LONGEST, stems.length - from);
    let ideas: readonly string[] | undefined;
    for (; length > 0; length--) {
      ideas = TABLE.get(phraseKey(stems.slice(from, from + length)));
      if (ideas) break;
    }
    if (ideas) found.push({ ideas, from, to: from + length });
    from += ideas ? length : 1;
  }
  return found;
}
