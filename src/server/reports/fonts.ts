import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The subsets of Inter, each a file of its own, in the order in which they are tried for a character. */
const SUBSETS = ["latin", "latin-ext", "cyrillic", "cyrillic-ext", "greek", "greek-ext", "vietnamese"] as const;
const WEIGHTS = { regular: 400, bold: 700 } as const;

export type Weight = keyof typeof WEIGHTS;

export interface FontFile {
  readonly name: string;
  readonly weight: Weight;
  readonly bytes: Buffer;
}

let loaded: Promise<readonly FontFile[]> | null = null;

/** Inter as it is embedded in our PDFs (WOFF: pdfkit cannot make a subset of the variable WOFF2). */
export function interFonts(): Promise<readonly FontFile[]> {
  loaded ??= (async () => {
    const folder = join(dirname(createRequire(import.meta.url).resolve("@fontsource/inter/package.json")), "files");
    const wanted = (Object.keys(WEIGHTS) as Weight[]).flatMap((weight) =>
      SUBSETS.map((subset) => ({ weight, subset })),
    );
    return Promise.all(
      wanted.map(async ({ weight, subset }) => ({
        name: `${weight} ${subset}`,
        weight,
        bytes: await readFile(join(folder, `inter-${subset}-${WEIGHTS[weight]}-normal.woff`)),
      })),
    );
  })();
  return loaded;
}
