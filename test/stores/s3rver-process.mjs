// Arguments: folder, port (0: any free one). Says its port to the process that started it.
import S3rver from "s3rver";

const [folder, port] = process.argv.slice(2);
const { port: taken } = await new S3rver({
  address: "127.0.0.1",
  port: Number(port),
  silent: true,
  directory: folder,
  configureBuckets: [{ name: "willis" }],
}).run();
process.send(taken);
