import type { Services } from "../server/http/services.ts";
import { openServices } from "../server/services.ts";
import { EXIT } from "./verb.ts";

/** What a command did: for machines, and in lines for people. */
export interface Done {
  readonly data: unknown;
  readonly lines: readonly string[];
}

/** Acts on the installation of this machine, beside a running server too, and computes nothing. Closes whatever comes. */
export async function withServices<T>(act: (services: Services) => Promise<T>): Promise<T> {
  const { services, close } = await openServices({ jobs: false });
  try {
    return await act(services);
  } finally {
    await close();
  }
}

/** Acts, and prints what was done: as JSON, or as lines. Returns the exit code. */
export function printed(json: boolean, act: (services: Services) => Promise<Done>): Promise<number> {
  return withServices(async (services) => {
    const { data, lines } = await act(services);
    console.log(json ? JSON.stringify(data, null, 2) : lines.join("\n"));
    return EXIT.ok;
  });
}
