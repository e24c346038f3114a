// A server process on the database and the files of a running one; says where it listens, ends when its channel closes.
import { serve } from "../../src/server/serve.ts";
import { openServices } from "../../src/server/services.ts";

const { services, close } = await openServices({ home: process.argv[2]!, jobs: false });
const server = await serve(services, { host: "127.0.0.1", port: 0, dimsePort: 0, aeTitle: "WILLIS" });
process.on("disconnect", async () => {
  await server.stop();
  await close();
});
process.send!({ url: server.url, dimsePort: server.dimsePort });
