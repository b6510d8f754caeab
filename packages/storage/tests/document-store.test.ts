import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeDocumentStore } from "@parlance/ports/contracts";
import { openEmbeddedDocumentStore } from "../src/embedded/index.ts";

describeDocumentStore("embedded", async () => {
  const folder = await mkdtemp(join(tmpdir(), "parlance-documents-"));
  return {
    open: () => openEmbeddedDocumentStore({ path: join(folder, "documents.db") }),
    remove: () => rm(folder, { recursive: true }),
  };
});
