// Builds the SIMD kernels: AssemblyScript in ./assembly -> WebAssembly, kept as base64 text in ./<name>-binary.ts so
// that it loads in Node, in a worker and in a browser without a fetch. Run: node src/imaging/wasm/build.mjs

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const compiler = fileURLToPath(new URL("../../../node_modules/assemblyscript/bin/asc.js", import.meta.url));
const temporary = mkdtempSync(join(tmpdir(), "willis-asc-"));
for (const file of readdirSync(join(here, "assembly")).filter((name) => name.endsWith(".ts"))) {
  const name = file.replace(/\.ts$/, "");
  const out = join(temporary, `${name}.wasm`);
  execFileSync(
    process.execPath,
    [
      compiler,
      join(here, "assembly", file),
      "-o",
      out,
      "-O3",
      "--noAssert",
      "--runtime",
      "stub",
      "--enable",
      "simd",
      "--use",
      "abort=",
    ],
    { stdio: "inherit" },
  );
  const text =
    readFileSync(out)
      .toString("base64")
      .match(/.{1,110}/g) ?? [];
  writeFileSync(
    join(here, `${name}-binary.ts`),
    `/** WebAssembly of assembly/${file} as base64, made by build.mjs; do not edit. */\nexport const ${name.toUpperCase().replaceAll("-", "_")}_BINARY =\n${text.map((line) => `  "${line}"`).join(" +\n")};\n`,
  );
  console.log(`${name}: ${readFileSync(out).length} bytes`);
}
rmSync(temporary, { recursive: true });
