// Arguments: folder, port. Says to the process that started it when it listens.
import S3rver from "s3rver";

const [folder, port] = process.argv.slice(2);
await new S3rver({
  address: "127.0.0.1",
  port: Number(port),
  silent: true,
  directory: folder,
  configureBuckets: [{ name: "willis" }],
}).run();
process.send("listening");
