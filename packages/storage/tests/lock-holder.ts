// Child process of the lock test: takes the directory, says so, and stays until it is killed.
import { lockDataDirectory } from "../src/embedded/index.ts";

await lockDataDirectory(process.argv[2] ?? "").then(
  () => console.log("held"),
  (error: Error) => console.log(error.message),
);
setInterval(() => {}, 60_000);
