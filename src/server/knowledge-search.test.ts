import assert from "node:assert/strict";
import { test } from "node:test";
import { searchLibrary } from "../knowledge/search.ts";
import { libraryDocuments } from "../knowledge/search-documents.ts";
import { buildSearchIndex } from "../knowledge/search-index.ts";
import { loadPacks } from "./packs.ts";

const NOW = "2026-11-27T10:00:00Z";
const packs = loadPacks();
const index = buildSearchIndex(libraryDocuments(packs, NOW));

/** What a person types, and what must come first: `kind/id`, several where any of them is right. */
const QUERIES: readonly (readonly [string, ...string[]])[] = [
  // Names, exactly and nearly.
  ["dawn", "trial/dawn"],
  ["DEFUSE 3", "trial/defuse-3"],
  ["defuse3", "trial/defuse-3"],
  ["crest 2", "trial/crest-2"],
  ["mr clean late", "trial/mr-clean-late"],
  ["nihss", "scale/nihss"],
  ["NIH stroke scale", "scale/nihss"],
  ["rankin", "scale/mrs"],
  ["aspects", "scale/aspects"],
  ["spetzler martin", "scale/spetzler-martin"],
  ["spetzler marten", "scale/spetzler-martin"],
  ["hunt and hess", "scale/hunt-hess"],
  ["okelly marotta", "scale/okm"],
  ["glasgow coma", "scale/gcs"],
  // Ordinary words for recommendations.
  ["tenecteplase 0.4", "recommendation/ais26-ivt-02"],
  [
    "blood pressure after thrombectomy",
    "recommendation/ais26-bp-03",
    "recommendation/ais26-bp-04",
    "recommendation/bp25-evt-01",
  ],
  ["bp after clot retrieval", "recommendation/ais26-bp-03", "recommendation/ais26-bp-04", "recommendation/bp25-evt-01"],
  ["general anaesthesia or sedation for thrombectomy", "recommendation/ais26-ana-01"],
  ["mobile stroke unit", "recommendation/ais26-sys-01"],
  ["stroke ambulance", "recommendation/ais26-sys-01"],
  ["nimodipine", "recommendation/sah23-06"],
  ["tranexamic acid", "recommendation/sah23-11"],
  ["flow diverter in a ruptured aneurysm", "recommendation/sah23-04", "recommendation/sah23-05"],
  ["coiling or clipping", "recommendation/sah23-02", "recommendation/sah23-03", "trial/isat"],
  ["screening relatives for aneurysms", "recommendation/uia15-01", "recommendation/uia15-02"],
  ["tirofiban", "recommendation/ais26-tir-01"],
  ["blood sugar insulin", "recommendation/ais26-glu-01"],
  ["stroke in children imaging", "recommendation/ais26-ped-01"],
  ["should I wait for creatinine before CTA", "recommendation/ais26-img-04"],
  ["medicare coverage of carotid stents", "recommendation/cms23-01"],
  ["carotid surgery within two weeks", "recommendation/car21-03"],
  ["blood patch for csf leak", "recommendation/sih23-02", "indication/epidural-blood-patch"],
  ["venous sinus stent pressure gradient", "recommendation/vss18-01"],
  ["heparin for sinus thrombosis", "recommendation/cvt24-01"],
  ["petrosal sinus sampling cushing", "recommendation/cush21-01", "recommendation/cush21-02"],
  ["nosebleed", "recommendation/epi20-01", "indication/epistaxis"],
  [
    "bone cement fracture",
    "recommendation/vcf14-01",
    "recommendation/aaos10-01",
    "recommendation/ta279-01",
    "indication/vertebral-augmentation",
  ],
  ["aspirin and clopidogrel for intracranial stenosis", "recommendation/sec21-01", "recommendation/aan22-01"],
  ["phenytoin", "recommendation/sah23-13"],
  // Trials by what they asked.
  [
    "large core trial",
    "trial/rescue-japan-limit",
    "trial/select2",
    "trial/angel-aspect",
    "trial/tension",
    "trial/tesla",
    "trial/laste",
  ],
  ["mma embolisation trial", "trial/embolise", "trial/stem", "trial/magic-mt", "trial/emprotect"],
  ["distal clot trial", "trial/distal", "trial/escape-mevo", "trial/discount", "trial/oriental-mevo"],
  ["intra-arterial tenecteplase trial", "trial/angel-tnk", "trial/post-tnk"],
  ["focused ultrasound tremor", "trial/elias-mrgfus", "recommendation/ipg617-01", "indication/mrgfus-thalamotomy"],
  ["balloon guide catheter trial", "trial/protect-mt"],
  ["avm medical management versus intervention", "trial/aruba"],
  ["bypassing the primary stroke centre", "trial/racecat"],
  ["minimally invasive surgery brain bleed trial", "trial/enrich"],
  // Scores by what they do.
  ["aneurysm rupture risk score", "scale/phases"],
  ["collateral score", "scale/tan", "scale/mcta", "scale/asitn"],
  ["ich score", "scale/ich"],
  ["haematoma volume", "scale/abc2"],
  ["tinnitus questionnaire", "scale/thi"],
  ["papilloedema grade", "scale/frisen"],
  ["tici", "scale/etici", "scale/mtici"],
  // Slips.
  [
    "thromectomy basilar",
    "recommendation/ais26-evt-09",
    "recommendation/ais26-evt-10",
    "recommendation/esobao24-01",
    "recommendation/esobao24-02",
    "trial/basics",
  ],
  ["nimodipin", "recommendation/sah23-06"],
  ["tenectaplase 0.4", "recommendation/ais26-ivt-02"],
  ["aneurism growth score", "scale/elapss"],
  ["anethesia thrombectomy", "recommendation/ais26-ana-01"],
  // Indications and metrics.
  ["door to puncture", "metric/d2p"],
  ["door to groin time", "metric/d2p"],
  ["door in door out", "metric/dido"],
  ["first pass effect", "metric/fpe"],
  ["radiation reference level thrombectomy", "metric/drl-de-mt"],
  ["symptomatic ich rate", "metric/sich-evt", "scale/sich-defs"],
  ["vein of galen", "indication/vein-of-galen"],
  ["carotid blowout", "indication/carotid-blowout"],
  ["wada", "indication/wada"],
  ["cavernous fistula steps", "indication/ccf"],
  ["balloon test occlusion", "indication/bto"],
  ["eye cancer chemotherapy", "indication/retinoblastoma-iac"],
];

const first = (query: string) => {
  const hit = searchLibrary(index, query).groups[0]?.hits[0];
  return hit ? `${hit.kind}/${hit.id}` : "nothing";
};

for (const [query, ...right] of QUERIES) {
  test(`"${query}" finds what is meant first`, () => {
    assert.ok(right.includes(first(query)), `first is ${first(query)}, not ${right.join(" or ")}`);
  });
}

test("every title finds its own item among the first of its kind", () => {
  const missed = index.documents.filter((document) => {
    const groups = searchLibrary(index, document.title, { limit: 60 }).groups;
    return !groups.some((group) => group.hits.some((hit) => hit.kind === document.kind && hit.id === document.id));
  });
  assert.deepEqual(
    missed.map((document) => `${document.kind}/${document.id}`),
    [],
  );
});

test("two words for one thing find the same", () => {
  const ids = (query: string) =>
    searchLibrary(index, query, { kind: "recommendation", limit: 100 })
      .groups.flatMap((group) => group.hits.map((hit) => hit.id))
      .sort();
  assert.deepEqual(ids("clot retrieval"), ids("EVT"));
  assert.deepEqual(ids("ischaemic stroke"), ids("ischemic stroke"));
  assert.ok(ids("clot retrieval").length > 10);
});

test("a begun word finds what it may become", () => {
  for (const begun of ["thrombec", "nimod", "spetz", "caroti"])
    assert.ok(searchLibrary(index, begun).total > 0, `"${begun}" finds nothing`);
  assert.equal(first("spetz"), "scale/spetzler-martin");
});

test("a phrase that is not yet finished is understood", () => {
  const begun = searchLibrary(index, "bp after clot retr").groups[0]!.hits.map((hit) => hit.id);
  assert.deepEqual(
    begun,
    searchLibrary(index, "bp after clot retrieval").groups[0]!.hits.map((hit) => hit.id),
  );
});

test("a mistyped word is read as another and says so; a word that names nothing known is said to be ignored", () => {
  const answer = searchLibrary(index, "thromectomy zzqqxy");
  assert.equal(answer.corrected[0]?.from, "thromectomy");
  assert.deepEqual(answer.ignored, ["zzqqxy"]);
  assert.ok(answer.total > 0);
});

test("nonsense and empty words find nothing; an empty query gives the whole shelf", () => {
  for (const query of ["zzqqxy", "the of with", "???", "0000000"])
    assert.equal(searchLibrary(index, query).total, 0, query);
  assert.equal(searchLibrary(index, "  ").total, index.documents.length);
});

test("marks are stretches of the text that say the words sought, in any of their names", () => {
  const groups = searchLibrary(index, "clot retrieval", { kind: "recommendation" }).groups;
  const hit = groups[0]!.hits.find((each) => each.title === "Mechanical thrombectomy")!;
  assert.deepEqual(
    hit.titleMarks.map(([from, to]) => hit.title.slice(from, to)),
    ["Mechanical thrombectomy"],
  );
  for (const { title, text, titleMarks, textMarks } of groups[0]!.hits) {
    for (const [from, to] of titleMarks) assert.ok(from < to && to <= title.length);
    for (const [from, to] of textMarks) assert.ok(from < to && to <= text.length);
  }
});

test("what is superseded or expired comes after what is in force and says why it is read-only", () => {
  const { hits } = searchLibrary(index, "thrombectomy", { kind: "recommendation", limit: 100 }).groups[0]!;
  const old = hits.findIndex((hit) => hit.readOnly !== null);
  assert.ok(old > 5, `the first that is superseded stands at ${old}`);
  const late = libraryDocuments(packs, "2036-01-01T00:00:00Z");
  assert.ok(late.filter((each) => each.kind === "recommendation").every((each) => each.readOnly !== null));
});
