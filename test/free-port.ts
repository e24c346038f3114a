import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";

/**
 * A free port that will still be free after a restart: below those that the system gives out by itself (from 32768 on), so
 * that no other test takes it while its server is down.
 */
export async function steadyPort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    const server = createServer();
    const taken = await new Promise<boolean>((done) => {
      server.once("error", () => done(true));
      server.listen(port, "127.0.0.1", () => done(false));
    });
    if (taken) continue;
    server.close();
    await once(server, "close");
    return port;
  }
}
