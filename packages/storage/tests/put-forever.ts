import { asTenant } from "@parlance/ports";
import { openEmbeddedSearchIndex } from "../src/embedded/search-index.ts";

// Writes batches of chunks to the folder named first until it is killed, and prints the ids of each batch once it is acknowledged.
const [path = "", prefix = ""] = process.argv.slice(2);
const index = await openEmbeddedSearchIndex({ path, dimension: 8, model: "test" });
const scope = { tenant: asTenant("user"), chatbotId: "Bot 1" };
const payload = {
  text: "text",
  headings: [],
  title: "",
  sourceName: "",
  sourceType: "text",
  language: "en",
  english: true,
  revision: "",
  start: 0,
  ordinal: 0,
};
const vector = Float32Array.of(0, 1, 0, 0, 0, 0, 0, 0);

for (let batch = 0; ; batch++) {
  const ids = Array.from({ length: 20 }, (_, number) => `${prefix}-${batch}-${number}`);
  const chunks = ids.map((chunkId) => ({ chunkId, documentId: "d", from: 1, vector, terms: ["parcel", chunkId], payload }));
  await index.put(scope, chunks);
  // Overwriting removes and writes again, which a kill must not part.
  await index.put(scope, chunks.slice(0, 10));
  process.stdout.write(`${ids.join(" ")}\n`);
}
