import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import {
  fieldOf,
  prefillScale,
  type Scale,
  type ScaleAnswers,
  type ScaleItem,
  scoreScale,
} from "../knowledge/index.ts";
import { loadPacks } from "./packs.ts";

const scales = [...new Map(loadPacks().flatMap((pack) => pack.scales.map((s) => [s.id, s] as const))).values()];
const scale = (id: string) => scales.find((each) => each.id === id)!;
const value = (id: string, answers: ScaleAnswers) => scoreScale(scale(id), answers).value;

/** Every answer that an item allows, or a number within what it allows. */
function answerOf(kind: Scale["kind"], item: ScaleItem): fc.Arbitrary<ScaleAnswers[string]> {
  if (kind === "two-column") return fc.subarray([...new Set(item.options.map((option) => option.label))]);
  const range = item.input?.range ?? item.perStep?.range;
  if (item.input || item.perStep) {
    const [min, max] = range ?? [0, 1e6];
    return fc.double({ min, max, noNaN: true });
  }
  const words: (number | string)[] = item.options.map((option) => option.value);
  if (item.untestable) words.push(item.untestable.word);
  return fc.constantFrom(...words);
}

const answersOf = (s: Scale): fc.Arbitrary<ScaleAnswers> =>
  fc.record(Object.fromEntries(s.items.map((item) => [item.key, answerOf(s.kind, item)])));

/** Where the formula itself has no result for allowed numbers: an answer in words, never a wrong number. */
const CANNOT = /cannot be computed|lies outside|check them/;

test("59 scales: any allowed answers give a total within the range, a class that exists, or a reason; NaN never passes", () => {
  assert.equal(scales.length, 59);
  for (const s of scales)
    fc.assert(
      fc.property(answersOf(s), (answers) => {
        let score: ReturnType<typeof scoreScale>;
        try {
          score = scoreScale(s, answers);
        } catch (error) {
          assert.equal(s.kind, "formula", `${s.id}: ${(error as Error).message}`);
          assert.match((error as Error).message, CANNOT);
          return;
        }
        if (score.value === null) return assert.ok(score.reason && score.untestable.length > 0, s.id);
        if (typeof score.value === "string") return assert.ok(score.value.length > 0, s.id);
        assert.ok(Number.isFinite(score.value), s.id);
        const [low, high] = s.range;
        if (typeof low === "number") assert.ok(score.value >= low, `${s.id} ${score.value}`);
        if (typeof high === "number") assert.ok(score.value <= high, `${s.id} ${score.value}`);
        if (s.bands.length > 0 && Number.isInteger(score.value))
          assert.ok(score.reading, `${s.id} ${score.value} has no reading`);
      }),
      { numRuns: 200, seed: 7 },
    );
});

test("whichever item is missing, there is no total and the missing item is named", () => {
  for (const s of scales)
    fc.assert(
      fc.property(
        answersOf(s),
        fc.subarray(
          s.items.map((item) => item.key),
          { minLength: 1 },
        ),
        (answers, gone) => {
          const rest = Object.fromEntries(Object.entries(answers).filter(([key]) => !gone.includes(key)));
          // A fill of D needs no stasis grade: nothing fills at all.
          if (s.kind === "classes" && rest.fill === "D") return;
          const score = scoreScale(s, rest);
          assert.equal(score.value, null, s.id);
          const labels = s.items.filter((item) => gone.includes(item.key)).map((item) => item.label);
          assert.deepEqual(score.missing, labels, s.id);
          for (const label of labels) assert.ok(score.reason?.includes(label), s.id);
        },
      ),
      { numRuns: 60, seed: 11 },
    );
});

test("whatever is put in the place of one answer, a total that comes out is finite and one that the item allows", () => {
  const anything = fc.oneof(
    fc.constantFrom(
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      -0,
      1e308,
      "",
      "NaN",
      "constructor",
    ),
    fc.double(),
    fc.string(),
    fc.array(fc.string(), { maxLength: 3 }),
    fc.constantFrom(null, true, {}, [[]]),
  );
  for (const s of scales)
    fc.assert(
      fc.property(answersOf(s), fc.constantFrom(...s.items), anything, (answers, item, odd) => {
        const given = { ...answers, [item.key]: odd } as ScaleAnswers;
        try {
          const score = scoreScale(s, given);
          if (typeof score.value === "number") assert.ok(Number.isFinite(score.value), s.id);
          const listed = item.options.some((option) => option.value === odd) || item.untestable?.word === odd;
          const lines = Array.isArray(odd) && s.kind === "two-column";
          const number = typeof odd === "number" && Number.isFinite(odd) && (item.input || item.perStep);
          assert.ok(listed || lines || number || s.id === "okm", `${s.id} ${item.key} took ${String(odd)}`);
        } catch (error) {
          assert.equal((error as { code?: string }).code, "bad-request", `${s.id}: ${(error as Error).stack}`);
        }
      }),
      { numRuns: 120, seed: 13 },
    );
});

test("what a scale fills in the dictionary takes every total that the scale can give", () => {
  for (const s of scales) {
    const field = fieldOf(s.field ?? "");
    if (!field) continue;
    if (s.kind === "choice")
      for (const option of s.items[0]!.options)
        assert.ok(
          field.values ? field.values.includes(String(option.value)) : within(field.range, Number(option.value)),
          `${s.id} ${option.value}`,
        );
    else if (s.kind === "sum") for (const end of s.range) assert.ok(within(field.range, Number(end)), `${s.id} ${end}`);
  }
});

const within = (range: readonly [number, number] | undefined, v: number) => !range || (v >= range[0] && v <= range[1]);

/* Published formulas and tables, computed here a second time and apart from the packs. */

const PHASES = {
  population: { other: 0, japanese: 3, finnish: 5 },
  size: (mm: number) => (mm < 7 ? 0 : mm < 10 ? 3 : mm < 20 ? 6 : 10),
  site: { ICA: 0, MCA: 2, "ACA/Pcom/posterior": 4 },
} as const;

test("PHASES (Greving 2014): points by hand for 2,304 patients; the facts of a case fill the same items", () => {
  let seen = 0;
  for (const [people, pop] of Object.entries(PHASES.population))
    for (const age of [35, 69, 70, 84])
      for (const hypertension of [false, true])
        for (const mm of [2, 6.9, 7, 9.9, 10, 19.9, 20, 31])
          for (const earlier of [0, 1])
            for (const [place, site] of Object.entries(PHASES.site)) {
              const facts = { age_years: age, hypertension, aneurysm_size_mm: mm };
              const filled = Object.fromEntries(
                prefillScale(scale("phases"), facts).map((each) => [each.item, each.answer]),
              );
              const answers: ScaleAnswers = { ...filled, pop, esah: earlier, site };
              const expected = pop + (hypertension ? 1 : 0) + (age >= 70 ? 1 : 0) + PHASES.size(mm) + earlier + site;
              assert.equal(value("phases", answers), expected, `${people} ${age} ${mm} ${place}`);
              seen++;
            }
  assert.equal(seen, 2304 / 2);
});

test("ELAPSS (Backes 2017): one point for each begun five years above 60, and the size classes at their edges", () => {
  const size = (mm: number) => (mm < 3 ? 0 : mm < 5 ? 4 : mm < 7 ? 10 : mm < 10 ? 13 : 22);
  for (const age of [40, 60, 60.5, 61, 65, 66, 70, 71, 90])
    for (const mm of [1, 2.9, 3, 4.99, 5, 6.9, 7, 9.9, 10, 25]) {
      const filled = prefillScale(scale("elapss"), { age_years: age, aneurysm_size_mm: mm });
      const answers = {
        ...Object.fromEntries(filled.map((each) => [each.item, each.answer])),
        esah: 0,
        loc: 5,
        pop: 1,
        shape: 4,
      };
      const expected = 0 + 5 + (age <= 60 ? 0 : Math.ceil((age - 60) / 5)) + 1 + size(mm) + 4;
      assert.equal(value("elapss", answers), expected, `${age} years, ${mm} mm`);
    }
});

test("ICH score (Hemphill 2001) and FUNC (Rost 2008) from the facts of a case", () => {
  const filledBy = (id: string, facts: Record<string, string | number | boolean>) =>
    Object.fromEntries(prefillScale(scale(id), facts).map((each) => [each.item, each.answer]));
  for (const gcs of [3, 4, 5, 8, 9, 12, 13, 15])
    for (const mL of [5, 29.9, 30, 60, 60.1, 90])
      for (const age of [50, 69, 70, 79, 80, 95])
        for (const place of ["deep", "lobar", "posterior-fossa"]) {
          const facts = { gcs, ich_volume_ml: mL, age_years: age, ich_location: place };
          const ich = { ...filledBy("ich", facts), ivh: 1 };
          const hemphill =
            (gcs <= 4 ? 2 : gcs <= 12 ? 1 : 0) +
            (mL >= 30 ? 1 : 0) +
            1 +
            (place === "posterior-fossa" ? 1 : 0) +
            (age >= 80 ? 1 : 0);
          assert.equal(value("ich", ich), hemphill, JSON.stringify(facts));
          const func = { ...filledBy("func", facts), cog: 1 };
          const rost =
            (mL < 30 ? 4 : mL <= 60 ? 2 : 0) +
            (age < 70 ? 2 : age < 80 ? 1 : 0) +
            (place === "lobar" ? 2 : place === "deep" ? 1 : 0) +
            (gcs >= 9 ? 2 : 0) +
            1;
          assert.equal(value("func", func), rost, JSON.stringify(facts));
        }
});

test("THRIVE (Flint 2010) from age, NIHSS and hypertension", () => {
  for (const age of [40, 59, 60, 79, 80, 99])
    for (const nihss of [0, 10, 11, 20, 21, 42])
      for (const hypertension of [false, true]) {
        const filled = prefillScale(scale("thrive"), { age_years: age, nihss, hypertension });
        const answers = { ...Object.fromEntries(filled.map((each) => [each.item, each.answer])), dm: 1, af: 0 };
        const flint =
          (age >= 80 ? 2 : age >= 60 ? 1 : 0) + (nihss >= 21 ? 4 : nihss >= 11 ? 2 : 0) + (hypertension ? 1 : 0) + 1;
        assert.equal(value("thrive", answers), flint, `${age} ${nihss} ${hypertension}`);
      }
});

test("formulas: ABC/2, NASCET, WASID and the modified radiosurgery score against the arithmetic, and what they refuse", () => {
  fc.assert(
    fc.property(
      ...([0, 0, 0].map(() => fc.double({ min: 0, max: 20, noNaN: true })) as [
        fc.Arbitrary<number>,
        fc.Arbitrary<number>,
        fc.Arbitrary<number>,
      ]),
      (a, b, c) =>
        assert.ok(Math.abs((value("abc2", { a_cm: a, b_cm: b, c_cm: c }) as number) - 0.5 * c * b * a) < 1e-9),
    ),
  );
  for (const id of ["nascet", "wasid"]) {
    assert.equal(value(id, { lumen_mm: 1.5, reference_mm: 5 }), 70);
    assert.equal(value(id, { lumen_mm: 0, reference_mm: 4 }), 100);
    assert.throws(() => value(id, { lumen_mm: 6, reference_mm: 5 }), /give -20 %, which lies outside 0 to 100/);
    assert.throws(() => value(id, { lumen_mm: 1, reference_mm: 0 }), /must be between 0.1/);
  }
  const rbas = value("mrbas", { volume_ml: 3.4, age_years: 41, deep: 1 }) as number;
  assert.ok(Math.abs(rbas - (0.34 + 0.82 + 0.5)) < 1e-12);
});

test("VAN (Teleb 2017) over all 16 findings; the ellipsoid of a sphere of 4 cm is 4.5 % below its true volume", () => {
  for (let bits = 0; bits < 16; bits++) {
    const [weak, visual, aphasia, neglect] = [1, 2, 4, 8].map((bit) => (bits & bit ? 1 : 0)) as [
      number,
      number,
      number,
      number,
    ];
    const positive = weak === 1 && (visual === 1 || aphasia === 1 || neglect === 1);
    assert.equal(value("van", { weak, visual, aphasia, neglect }), positive ? "positive" : "negative");
  }
  const sphere = (4 / 3) * Math.PI * 2 ** 3;
  assert.ok(Math.abs((value("abc2", { a_cm: 4, b_cm: 4, c_cm: 4 }) as number) / sphere - 0.9549) < 1e-4);
});

test("facts that are not there, or do not decide, fill nothing", () => {
  assert.deepEqual(prefillScale(scale("thrive"), {}), []);
  assert.deepEqual(prefillScale(scale("wfns"), { gcs: 14 }), []);
  assert.deepEqual(prefillScale(scale("wfns"), { gcs: 9 }), [{ item: "value", answer: 4, from: ["gcs"] }]);
  assert.deepEqual(
    prefillScale(scale("ich"), { ivh_isolated: false }).map((each) => each.item),
    [],
  );
  assert.deepEqual(prefillScale(scale("elapss"), { aneurysm_size_mm: 0.5 }), []);
});
