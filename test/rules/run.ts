import { rules } from "./rules.ts";

const broken = await rules();
for (const { file, rule } of broken) console.error(`${file}: ${rule}`);
process.exitCode = broken.length > 0 ? 1 : 0;
