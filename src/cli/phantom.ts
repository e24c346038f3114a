import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { WillisError } from "../core/errors.ts";
import { CASES, findCase, type Modality, type PhantomCase, type PhantomSpec, renderCase } from "../phantom/index.ts";

const MODALITIES: readonly Modality[] = ["ncct", "cta", "ctp", "dsa", "3dra", "rf", "mr", "us", "rdsr"];

const HELP = `node run.mjs phantom --case NAME [--seed N] --out DIR [options]

Renders a digital patient as DICOM files with its truth beside them.

  --case NAME          one of the named cases (see --list)
  --seed N             same case, seed and time: same bytes (default 1)
  --out DIR            DIR/<study>/<series>/NNNN.dcm and DIR/truth.json
  --modality A,B       only these: ${MODALITIES.join(", ")}
  --at TIME            time of the first image, ISO 8601 (default fixed)
  --core-ml N          volume of the infarct core
  --penumbra-ml N      volume of the penumbra outside the core
  --noise HU           noise of the perfusion frames (SD)
  --motion MM          head motion during perfusion
  --dt uniform|mixed   1.5 s frames, or 1 s and then 3 s
  --side left|right    side of the disease
  --list               name the cases and stop
  --json               a machine-readable summary on standard output

Exit: 0 done, 1 it failed, 2 the command line is wrong.
`;

/** The verb `phantom`. */
export const phantom = {
  summary: "render a digital patient as DICOM with known truth",
  help: HELP,
  async run(args: string[]): Promise<number> {
    try {
      return await render(args);
    } catch (error) {
      const usage = error instanceof WillisError || (error instanceof TypeError && "code" in error);
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      if (usage) process.stderr.write("See: node run.mjs phantom --help\n");
      return usage ? 2 : 1;
    }
  },
};

async function render(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      case: { type: "string" },
      seed: { type: "string", default: "1" },
      out: { type: "string" },
      modality: { type: "string" },
      at: { type: "string" },
      "core-ml": { type: "string" },
      "penumbra-ml": { type: "string" },
      noise: { type: "string" },
      motion: { type: "string" },
      dt: { type: "string" },
      side: { type: "string" },
      list: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (values.list) {
    const rows = CASES.map(({ name, title, kind, modalities }) => ({ name, title, kind, modalities }));
    process.stdout.write(
      values.json
        ? `${JSON.stringify(rows)}\n`
        : rows.map((r) => `${r.name.padEnd(20)} ${r.title} (${r.modalities.join(", ")})\n`).join(""),
    );
    return 0;
  }
  if (!values.case)
    throw new WillisError("bad-request", `Name a case with --case: ${CASES.map((c) => c.name).join(", ")}.`);
  if (!values.out) throw new WillisError("bad-request", "Say where to write with --out DIR.");
  const seed = count("seed", values.seed);
  if (!Number.isInteger(seed)) throw new WillisError("bad-request", `--seed ${values.seed} is not a whole number.`);
  if (values.at !== undefined && Number.isNaN(Date.parse(values.at))) {
    throw new WillisError("bad-request", `--at ${values.at} is not a time; write it like 2026-11-20T04:22:00Z.`);
  }
  const modalities = values.modality?.split(",").map((m) => {
    const found = MODALITIES.find((known) => known === m.trim());
    if (!found)
      throw new WillisError("bad-request", `--modality ${m} is not known. Choose from ${MODALITIES.join(", ")}.`);
    return found;
  });
  const theCase = findCase(values.case);
  const letter = values.side === undefined ? theCase.injection.at(-1) : values.side === "left" ? "L" : "R";
  const injection = theCase.injection === "VA-L" ? "VA-L" : `${theCase.injection.slice(0, -1)}${letter}`;
  const chosen: PhantomCase = {
    ...theCase,
    phantom: overridden(theCase, values),
    injection: injection as PhantomCase["injection"],
  };
  const out = resolve(values.out);
  const started = process.cpuUsage();
  const bar = process.stderr.isTTY;
  const rendered = renderCase(
    chosen,
    seed,
    (step, fraction) => {
      if (bar)
        process.stderr.write(
          `\r\x1b[K${"█".repeat(Math.round(fraction * 24)).padEnd(24, "░")} ${Math.round(fraction * 100)} % ${step}`,
        );
    },
    { ...(values.at !== undefined && { at: values.at }), ...(modalities && { modalities }) },
  );
  let files = 0;
  let bytes = 0;
  const folders = new Set<string>();
  for (const file of rendered) {
    const path = join(out, file.path);
    const folder = dirname(path);
    if (!folders.has(folder)) {
      await mkdir(folder, { recursive: true });
      folders.add(folder);
    }
    await writeFile(path, file.bytes);
    files++;
    bytes += file.bytes.length;
  }
  await mkdir(out, { recursive: true });
  await writeFile(join(out, "truth.json"), `${JSON.stringify(rendered.truth, null, 1)}\n`);
  if (bar) process.stderr.write("\r\x1b[K");
  const used = process.cpuUsage(started);
  const seconds = Math.round((used.user + used.system) / 1e4) / 100;
  if (values.json) {
    process.stdout.write(
      `${JSON.stringify({ case: chosen.name, seed, out, files, bytes, series: folders.size, cpu_s: seconds, truth: rendered.truth })}\n`,
    );
  } else {
    process.stdout.write(
      `${chosen.name}: ${files} files in ${folders.size} series, ${(bytes / 1e6).toFixed(1)} MB, ${seconds} s CPU -> ${out}\n`,
    );
  }
  return 0;
}

function count(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0) {
    throw new WillisError("bad-request", `--${name} ${text} is not a number of zero or more.`);
  }
  return value;
}

function overridden(theCase: PhantomCase, values: Readonly<Record<string, string | boolean | undefined>>): PhantomSpec {
  let spec: PhantomSpec = theCase.phantom;
  const given = (key: string): string | undefined =>
    typeof values[key] === "string" ? (values[key] as string) : undefined;
  const core = given("core-ml");
  const penumbra = given("penumbra-ml");
  if (core !== undefined || penumbra !== undefined) {
    if (!spec.occlusion)
      throw new WillisError(
        "bad-request",
        `${theCase.name} has no occlusion, so no core or penumbra. Take a stroke case.`,
      );
    const old = spec.stroke ?? { coreMl: 0, penumbraMl: 0, collateralDelayS: 10 };
    spec = {
      ...spec,
      stroke: {
        ...old,
        coreMl: core === undefined ? old.coreMl : count("core-ml", core),
        penumbraMl: penumbra === undefined ? old.penumbraMl : count("penumbra-ml", penumbra),
      },
    };
  }
  const noise = given("noise");
  if (noise !== undefined) spec = { ...spec, noiseHu: count("noise", noise) };
  const motion = given("motion");
  if (motion !== undefined) {
    const mm = count("motion", motion);
    spec = { ...spec, motion: { mm, degrees: mm * 0.7 } };
  }
  const dt = given("dt");
  if (dt !== undefined) {
    if (dt !== "uniform" && dt !== "mixed") throw new WillisError("bad-request", `--dt ${dt}: say uniform or mixed.`);
    spec = { ...spec, contrast: { ...spec.contrast, dt } };
  }
  const side = given("side");
  if (side !== undefined) {
    if (side !== "left" && side !== "right") throw new WillisError("bad-request", `--side ${side}: say left or right.`);
    const sign = side === "left" ? 1 : -1;
    spec = {
      ...spec,
      ...(spec.occlusion && { occlusion: { ...spec.occlusion, side } }),
      ...(spec.aneurysm && { aneurysm: { ...spec.aneurysm, side } }),
      ...(spec.avm && { avm: { ...spec.avm, side } }),
      ...(spec.haematoma && { haematoma: { ...spec.haematoma, side } }),
      ...(spec.subdural && { subdural: { ...spec.subdural, side } }),
      ...(spec.variants?.stenosis && {
        variants: { ...spec.variants, stenosis: { ...spec.variants.stenosis, side: sign } },
      }),
    };
  }
  return spec;
}
