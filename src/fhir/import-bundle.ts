import { WillisError } from "../core/index.ts";
import { FILES_TYPE, type Resource } from "./bundle.ts";
import { canonical } from "./canonical.ts";

const MOST_ENTRIES = 10_000;

function refused(why: string): WillisError {
  return new WillisError("bad-request", `This bundle cannot be taken: ${why}.`);
}

function decoded(data: unknown, name: string): string {
  if (typeof data !== "string") throw refused(`the file ${name} has no data`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(atob(data), (c) => c.charCodeAt(0)));
  } catch {
    throw refused(`the file ${name} is not base64 of UTF-8 text`);
  }
}

/**
 * The files of a pack (name to text) out of the bundle that `packBundle` made. Throws WillisError "bad-request" that says
 * what is missing. The files decide; the resources beside them are for others, and `packBundle` of the pack must give them
 * again (the caller compares, see `differences`).
 */
export function filesOfBundle(bundle: unknown): Readonly<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const resource of resourcesOf(bundle)) {
    if (resource.resourceType !== "Library" || !Array.isArray(resource.content)) continue;
    for (const part of resource.content as readonly Record<string, unknown>[]) {
      if (part?.contentType !== FILES_TYPE) continue;
      const name = String(part.title ?? "");
      if (!/^[a-z-]+\.json$/.test(name)) throw refused(`"${name}" is not the name of a file of a pack`);
      if (Object.hasOwn(files, name)) throw refused(`it holds ${name} twice`);
      files[name] = decoded(part.data, name);
    }
  }
  if (!files["pack.json"])
    throw refused(`no Library in it holds content of type ${FILES_TYPE} with the title pack.json`);
  return files;
}

/** The resources of a bundle. Throws WillisError "bad-request" when it is none, or holds one type and id twice. */
export function resourcesOf(bundle: unknown): readonly Resource[] {
  const { resourceType, entry } = (bundle ?? {}) as { resourceType?: unknown; entry?: unknown };
  if (resourceType !== "Bundle" || !Array.isArray(entry)) throw refused("it is not a FHIR Bundle with entries");
  if (entry.length > MOST_ENTRIES) throw refused(`it has ${entry.length} entries, more than ${MOST_ENTRIES}`);
  const seen = new Set<string>();
  return entry.map((one, k) => {
    const resource = (one as { resource?: Resource } | null)?.resource;
    if (typeof resource?.resourceType !== "string" || typeof resource.id !== "string")
      throw refused(`entry ${k + 1} has no resource with a type and an id`);
    const name = `${resource.resourceType} ${resource.id}`;
    if (seen.has(name)) throw refused(`it holds ${name} twice`);
    seen.add(name);
    return resource;
  });
}

/**
 * Names of resources that differ between two bundles, e.g. "PlanDefinition aha-ais-2026"; empty when they say the same. The
 * order of members and of entries says nothing. Throws WillisError as `resourcesOf` does.
 */
export function differences(one: unknown, other: unknown): readonly string[] {
  const byName = (bundle: unknown) =>
    new Map(resourcesOf(bundle).map((resource) => [`${resource.resourceType} ${resource.id}`, canonical(resource)]));
  const [a, b] = [byName(one), byName(other)];
  return [...new Set([...a.keys(), ...b.keys()])].filter((name) => a.get(name) !== b.get(name)).sort();
}
