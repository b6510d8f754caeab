import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { composeBatches, maxChunks, type ComposedBatch, type Opened } from "./compose-batches.ts";
import type { DocumentChunk } from "./documents.ts";
import type { Cursor } from "./job.ts";
import type { JobItem } from "./plan-changes.ts";

/** Items by how many chunks each has; -1 is a removal, -2 a content that cannot be read. */
function items(sizes: readonly number[]): JobItem[] {
  return sizes.map((size, i) => ({
    action: size === -1 ? "remove" : "index",
    entry: { id: `d${i}`, type: "text", name: "text", characters: size, revision: "r", content: null },
  }));
}

async function open({ entry }: JobItem): Promise<Opened> {
  if (entry.characters === -2) return { failure: "unreadable" };
  const chunks = Array.from({ length: entry.characters }, (_, ordinal): DocumentChunk => {
    return { chunkId: `${entry.id}-${ordinal}`, text: "text", headings: [], start: ordinal, ordinal };
  });
  return { entry, title: "", language: "", english: false, chunks: ReadableStream.from(chunks) };
}

async function batches(sizes: readonly number[], from: Cursor = { item: 0, chunk: 0 }): Promise<ComposedBatch[]> {
  return Array.fromAsync(composeBatches(items(sizes), from, open));
}

const idsIn = (batch: ComposedBatch) =>
  batch.documents.flatMap(({ chunks }) => (chunks ?? []).map(({ chunkId }) => String(chunkId)));
const sizes = fc.array(fc.oneof(fc.integer({ min: -2, max: 3 }), fc.integer({ min: 0, max: 100 })), { maxLength: 40 });

describe("composeBatches", () => {
  it("sends every chunk once, at most 32 a batch, and ends every document exactly once", async () => {
    await fc.assert(
      fc.asyncProperty(sizes, async (sizes) => {
        const all = await batches(sizes);
        const expected = sizes.flatMap((size, i) => Array.from({ length: Math.max(0, size) }, (_, n) => `d${i}-${n}`));
        expect(all.flatMap(idsIn)).toEqual(expected);
        expect(Math.max(0, ...all.map((batch) => idsIn(batch).length))).toBeLessThanOrEqual(maxChunks);
        const ended = [
          ...all.flatMap(({ parts }) => parts.filter((part) => part.last).map(({ item }) => item)),
          ...all.flatMap(({ ended }) => ended.map(({ item }) => item)),
        ];
        expect(ended.toSorted((a, b) => a - b)).toEqual(sizes.map((_, i) => i));
        for (const { parts } of all) expect(new Set(parts.map(({ item }) => item)).size).toBe(parts.length);
      }),
      { numRuns: 100 },
    );
  });

  it("names all chunks of a document that lies in several batches, on its last part alone", async () => {
    await fc.assert(
      fc.asyncProperty(sizes, async (sizes) => {
        const all = await batches(sizes);
        for (const [i, size] of sizes.entries()) {
          const parts = all.flatMap((batch) => batch.parts.filter(({ item }) => item === i));
          const manifest = parts.length > 1 ? Array.from({ length: size }, (_, n) => `d${i}-${n}`) : undefined;
          expect(parts.map((part) => part.manifest)).toEqual([
            ...parts.slice(1).map(() => undefined),
            ...(parts.length > 0 ? [manifest] : []),
          ]);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("goes on from any batch's cursor with the very batches that would have followed", async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(), async (sizes, at) => {
        const all = await batches(sizes);
        const cut = all[at % Math.max(1, all.length)];
        if (cut === undefined) return;
        expect(await batches(sizes, cut.cursor)).toEqual(all.slice((at % all.length) + 1));
      }),
      { numRuns: 100 },
    );
  });

  it("puts a thousand short documents into thirty-two batches", async () => {
    expect(await batches(Array.from({ length: 1_000 }, () => 1))).toHaveLength(32);
  });
});
