import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeSearchIndex } from "@parlance/ports/contracts";
import { afterAll } from "vitest";
import { openEmbeddedSearchIndex } from "../src/embedded/search-index.ts";

const path = await mkdtemp(join(tmpdir(), "parlance-search-"));
const dimension = 24;
afterAll(() => rm(path, { recursive: true }));

describeSearchIndex("embedded", () => openEmbeddedSearchIndex({ path, dimension, model: "test" }), { dimension });
