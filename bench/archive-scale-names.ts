// Names of made-up patients: a few family names that many have, many that few have, and some in other scripts.
import { uniform } from "../src/core/random.ts";
import { searchableName } from "../src/server/ingest/patient-name.ts";

const OFTEN =
  `Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf
  Martin Bernard Dubois Rossi Russo Ferrari García López Fernández Smith Jones Taylor Brown Nowak Kowalska Novák Yılmaz Kaya
  Jansen De^Vries Nguyen Silva Santos Andersson`.split(/\s+/);
const FIRST =
  "Stein Wald Berg Hirsch Rosen Eich Linden Birken Falken Adler Gold Silber Eisen Kupfer Sand Moor Bach See".split(" ");
const MIDDLE = "en el ach er in aus ober unter neu alt".split(" ");
const LAST = "bauer mann hauer meier hofer berger dorfer müller huber egger brandt feld thaler bach stätter".split(" ");
const GIVEN =
  `Anna Maria Hans Peter Eva Karl Luise Otto Ida Emil Paul Clara José Zoé Søren Jörg Ayşe Mehmet Olga Ivan Chloë
  Max Ruth Greta Felix Nora Hugo Lena Erik Ines Tomas Vera Lukas Marta Jan Sofia Leo Mia Ben Elsa`.split(/\s+/);
const OTHER_SCRIPTS = [
  "Wang^XiaoDong=王^小东",
  "Li^Mei=李^梅",
  "Zhang^Wei=张^伟",
  "Yamada^Tarou=山田^太郎=やまだ^たろう",
  "Satou^Hanako=佐藤^花子=さとう^はなこ",
  "Kim^Minjun=김^민준",
  "Ivanov^Sergej=Иванов^Сергей",
  "Papadopoulos^Giorgos=Παπαδόπουλος^Γιώργος",
  "Haddad^Layla=حداد^ليلى",
];

export interface MadeName {
  readonly name: string;
  readonly search: string;
}

/** `count` names, the same for the same count: the commonest family has about 2 % of them. */
export function madeNames(count: number): MadeName[] {
  const random = uniform(7);
  const pick = (from: readonly string[], skew: number): string => from[Math.floor(from.length * random() ** skew)]!;
  const rare = FIRST.flatMap((first) => MIDDLE.flatMap((middle) => LAST.map((last) => first + middle + last)));
  const families = [...OFTEN, ...rare].map((family) => family.replace("^", " "));
  return Array.from({ length: count }, () => {
    const name =
      random() < 0.06 ? pick(OTHER_SCRIPTS, 1) : `${pick(families, 2)}^${pick(GIVEN, 1.5)}^${pick(GIVEN, 1)}`;
    return { name, search: searchableName(name) };
  });
}

export const NAMES_ASKED = {
  /** About 2 in 100 patients. */
  frequent: ["Müller*", "Schmidt*", "M*", "S*", "Schneider*", "Wang*", "Meyer*", "Weber*"],
  rare: ["Rosenaushofer*", "Adlerneubauer*", "Goldobermann*", "Falkenunterberger*", "Moorachmeier*", "Seealtbach*"],
  middling: ["Stein*", "Fischer^A*", "García*", "Adlern*", "Wald*", "王*", "Иванов*", "山田*"],
  inside: ["*unterberger*", "*neubauer^Anna*", "*ausstätter*"],
} as const;
