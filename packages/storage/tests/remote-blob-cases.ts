import { createHash } from "node:crypto";
import type { BlobStore } from "@parlance/ports";
import { describe, expect, it, onTestFinished } from "vitest";
import { openLossyProxy } from "./lossy-proxy.ts";

const mebi = 1024 * 1024;

export interface RemotePlace {
  /** A store of its own on the server. */
  open(): Promise<BlobStore>;
  /** Another address of the same blobs, by way of a proxy. */
  openBy(port: number): Promise<BlobStore>;
  port(): number;
}

/** How many keys the server is filled with: an emulator that sorts all its blobs for each page takes minutes for ten thousand. */
export interface RemoteSize {
  keys: number;
}

/** What a store on a server owes besides the port's suite. */
export function describeRemoteBlobs(name: string, { keys: count }: RemoteSize, place: () => RemotePlace): void {
  describe(`${name} as a server`, { timeout: 120_000 }, () => {
    const open = async () => {
      const blobs = await place().open();
      onTestFinished(() => blobs.close());
      return blobs;
    };

    it.each([8 * mebi - 1, 8 * mebi, 8 * mebi + 1, 21 * mebi])("sends and gives back a stream of %i bytes", async (size) => {
      const blobs = await open();
      const content = Buffer.alloc(size, "0123456789abcdefghijklm");
      expect(await blobs.put("t/large", inChunks(content, 700_001))).toEqual({ size });
      expect(await digest(await blobs.read("t/large"))).toBe(digestOf(content));
      expect(await blobs.put("t/large", content)).toEqual({ size });
      expect(await digest(await blobs.read("t/large"))).toBe(digestOf(content));
    });

    it("keeps keys with all signs that a key may have, as long as a key may be", async () => {
      const blobs = await open();
      const signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-:";
      const keys = [signs, `${signs}/${signs}`, "a/".repeat(449) + "bc", `${"x".repeat(120)}/`.repeat(7) + "y".repeat(53)];
      const more = [...signs].flatMap((sign) => [`p${sign}q`, `p/${sign}q`, `p${sign}/q`, `${sign}${sign}${sign}`]);
      keys.push(...more);
      for (const key of keys) await blobs.put(key, Buffer.from(key));
      expect(await blobs.list("", { limit: 1_000 })).toEqual([...new Set(keys)].sort());
      for (const key of keys) expect(Buffer.from((await blobs.get(key)) ?? []).toString()).toBe(key);
    });

    it(
      `lists ${count} keys in pages of any size, and deletes a part of them and no other`,
      { timeout: 60_000 + 30 * count },
      async () => {
        const blobs = await open();
        const keys = Array.from({ length: count }, (_, at) => `t/${at % 3}/${String(at).padStart(5, "0")}`);
        const waiting = keys.values();
        const write = async () => {
          for (const key of waiting) await blobs.put(key, Buffer.from("x"));
        };
        await Promise.all(Array.from({ length: 20 }, write));
        expect(await blobs.list("t/", { limit: 20_000 })).toEqual([...keys].sort());
        expect(await pagesOf(blobs, "t/", 1_700)).toEqual([...keys].sort());
        await blobs.deleteAll("t/1");
        const rest = keys.filter((key) => !key.startsWith("t/1")).sort();
        expect(await pagesOf(blobs, "t/", 1_000)).toEqual(rest);
      },
    );

    it("leaves the old content when a large upload is aborted in the middle", async () => {
      const blobs = await open();
      await blobs.put("t/a", Buffer.from("old"));
      const caller = new AbortController();
      const reason = new Error("the caller left");
      const leaving = after(20 * mebi, () => caller.abort(reason));
      await expect(blobs.put("t/a", leaving, { signal: caller.signal })).rejects.toBe(reason);
      await expect(blobs.put("t/b", after(20 * mebi, fail))).rejects.toThrow("broken");
      expect(Buffer.from((await blobs.get("t/a")) ?? []).toString()).toBe("old");
      expect(await blobs.list("t/", { limit: 10 })).toEqual(["t/a"]);
    });

    it("says that it is unavailable when the connection is lost, and writes nothing by halves", async () => {
      const proxy = await openLossyProxy({ host: "127.0.0.1", port: place().port() });
      const blobs = await place().openBy(proxy.port);
      await blobs.put("t/a", Buffer.from("old"));
      await expect(
        blobs.put(
          "t/a",
          after(20 * mebi, () => proxy.close()),
        ),
      ).rejects.toMatchObject(unavailable);
      await expect(blobs.get("t/a")).rejects.toMatchObject(unavailable);
      await expect(blobs.read("t/a")).rejects.toMatchObject(unavailable);
      await expect(blobs.delete("t/a")).rejects.toMatchObject(unavailable);
      await expect(blobs.deleteAll("t/")).rejects.toMatchObject(unavailable);
      await expect(blobs.list("t/", { limit: 1 })).rejects.toMatchObject(unavailable);
      await blobs.close();
    });

    it("fails to read on when the connection is lost, instead of ending early", async () => {
      const proxy = await openLossyProxy({ host: "127.0.0.1", port: place().port() });
      const blobs = await place().openBy(proxy.port);
      await blobs.put("t/c", Buffer.alloc(20 * mebi));
      const reading = (async () => {
        let lost: Promise<void> | undefined;
        for await (const chunk of (await blobs.read("t/c")) ?? []) if (chunk.byteLength > 0) await (lost ??= proxy.close());
      })();
      await expect(reading).rejects.toMatchObject(unavailable);
      await blobs.close();
    });
  });
}

export const unavailable = { name: "StoreError", kind: "unavailable" };

/** Gives so many bytes, then does something, then gives them again. */
export async function* after(bytes: number, act: () => unknown): AsyncIterable<Uint8Array> {
  for (let given = 0; given < bytes; given += mebi) yield Buffer.alloc(mebi);
  await act();
  for (let given = 0; given < bytes; given += mebi) yield Buffer.alloc(mebi);
}

function fail(): never {
  throw new Error("broken");
}

async function* inChunks(content: Uint8Array, bytes: number): AsyncIterable<Uint8Array> {
  const reused = Buffer.alloc(bytes);
  for (let at = 0; at < content.byteLength; at += bytes) {
    const chunk = content.subarray(at, at + bytes);
    reused.set(chunk);
    yield reused.subarray(0, chunk.byteLength);
  }
}

async function pagesOf(blobs: BlobStore, prefix: string, limit: number): Promise<string[]> {
  const keys: string[] = [];
  for (let page = await blobs.list(prefix, { limit }); page.length > 0;) {
    keys.push(...page);
    page = await blobs.list(prefix, { limit, after: page.at(-1) ?? "" });
  }
  return keys;
}

async function digest(chunks: AsyncIterable<Uint8Array> | undefined): Promise<string> {
  const seen = createHash("sha256");
  for await (const chunk of chunks ?? []) seen.update(chunk);
  return seen.digest("hex");
}

function digestOf(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
