// Child process of the S3 tests: an S3 server with one bucket, on a port, with its state in a folder or in memory. It stays until it is killed.
import { startFauxqs } from "fauxqs";

const [port = "0", dataDir] = process.argv.slice(2);
const server = await startFauxqs({
  port: Number(port),
  host: "127.0.0.1",
  logger: false,
  ...(dataDir !== undefined && { dataDir }),
});
server.createBucket("blobs");
console.log(`listens on http://127.0.0.1:${server.port}`);
