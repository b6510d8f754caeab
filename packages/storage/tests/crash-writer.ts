// Child process of the crash test: writes without end, and says on stdout what the store has acknowledged.
import { writeSync } from "node:fs";
import { asTenant } from "@parlance/ports";
import { openEmbeddedDocumentStore } from "../src/embedded/index.ts";
import type { CrashDocument } from "./crash-document.ts";

const [path = "", run = ""] = process.argv.slice(2);
const tenant = asTenant("tenant");
const store = await openEmbeddedDocumentStore({ path });
const documents = store.collection<CrashDocument>({
  name: "suite.crash",
  indexes: [{ fields: ["writer", "sequence"], unique: true }],
});

const writeOn = async (writer: string) => {
  for (let sequence = 0; ; sequence++) {
    const id = `${run}-${writer}-${sequence}`;
    const events = [0, 1].map((part) => ({
      eventId: `${id}/${part}`,
      topic: "t",
      tenant,
      key: id,
      time: sequence,
      payload: new Uint8Array(64),
    }));
    // Synchronous writes to the pipe: what the parent reads is exactly what was begun and acknowledged.
    writeSync(1, `begun ${id}\n`);
    await documents.insert(tenant, id, { writer: `${run}-${writer}`, sequence, filler: "x".repeat(500) }, { events });
    writeSync(1, `done ${id}\n`);
  }
};

await Promise.all(["a", "b", "c"].map(writeOn));
