import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BlobStore } from "./blob-store.ts";

/** Where an adapter under test keeps its blobs. */
export interface BlobStorePlace {
  /** Opens a store on the place; each store sees what those before it wrote. */
  open(): Promise<BlobStore>;
  /** Removes the place once all its stores are closed. */
  remove(): Promise<void>;
}

type Bench = () => { blobs: BlobStore; root: string };

/** The promises of `BlobStore`, run against each adapter. No case can be left out. */
export function describeBlobStore(name: string, makePlace: () => Promise<BlobStorePlace>): void {
  describe(`BlobStore: ${name}`, { timeout: 60_000 }, () => {
    let place: BlobStorePlace;
    let blobs: BlobStore;
    beforeAll(async () => {
      place = await makePlace();
      blobs = await place.open();
    });
    afterAll(async () => {
      await blobs.close();
      await place.remove();
    });
    const bench: Bench = () => ({ blobs, root: `suite/${randomUUID()}` });

    describe("content", () => {
      contentCases(bench);
    });
    describe("keys", () => {
      keyCases(bench);
    });
    describe("failures", () => {
      failureCases(bench);
    });
    describe("list and delete", () => {
      listCases(bench);
    });
    describe("lifecycle", () => {
      lifecycleCases(makePlace);
    });
  });
}

function contentCases(open: Bench): void {
  it.each([0, 1, 65_536, 65_537, 3_000_000])("gives back %i bytes, whole and as a stream", async (size) => {
    const { blobs, root } = open();
    const content = Buffer.alloc(size, "0123456789\u0000\u00ff", "latin1");
    expect(await blobs.put(`${root}/a`, content)).toEqual({ size });
    expect(same(await blobs.get(`${root}/a`), content)).toBe(true);
    expect(same(await collect(await blobs.read(`${root}/a`)), content)).toBe(true);
  });

  it("writes a stream of chunks, empty ones and none included", async () => {
    const { blobs, root } = open();
    const chunks = ["one", "", "two"].map((text) => Buffer.from(text));
    expect(await blobs.put(`${root}/a`, stream(chunks))).toEqual({ size: 6 });
    expect(text(await blobs.get(`${root}/a`))).toBe("onetwo");
    expect(await blobs.put(`${root}/b`, stream([]))).toEqual({ size: 0 });
    expect(text(await blobs.get(`${root}/b`))).toBe("");
  });

  it("knows no blob that was not written", async () => {
    const { blobs, root } = open();
    expect(await blobs.get(`${root}/absent`)).toBeUndefined();
    expect(await blobs.read(`${root}/absent`)).toBeUndefined();
    await blobs.put(`${root}/a/b`, Buffer.from("x"));
    expect(await blobs.get(`${root}/a`)).toBeUndefined();
    expect(await blobs.get(`${root}/a/b/c`)).toBeUndefined();
  });

  it("overwrites as a whole: readers see the old content or the new, never a mixture", async () => {
    const { blobs, root } = open();
    const versions = ["a", "b", "c", "d"].map((letter) => Buffer.alloc(200_000, letter));
    await blobs.put(`${root}/a`, Buffer.alloc(200_000, "z"));
    let written = 0;
    const writing = (async () => {
      for (const version of versions) {
        await blobs.put(`${root}/a`, version);
        written++;
      }
    })();
    const isWriting = () => written < versions.length;
    while (isWriting()) {
      const seen = text(await blobs.get(`${root}/a`));
      expect(seen).toBe(seen.slice(0, 1).repeat(200_000));
    }
    await writing;
    expect(text(await blobs.get(`${root}/a`)).slice(0, 1)).toBe("d");
  });

  it("keeps one whole content when many write the same key at once", async () => {
    const { blobs, root } = open();
    const writers = Array.from({ length: 10 }, (_, at) => blobs.put(`${root}/a`, Buffer.alloc(10_000, `${at}`)));
    await Promise.all(writers);
    const seen = text(await blobs.get(`${root}/a`));
    expect(seen).toBe(seen.slice(0, 1).repeat(10_000));
  });
}

function keyCases(open: Bench): void {
  it("keeps keys apart that some file systems take for the same", async () => {
    const { blobs, root } = open();
    const keys = [
      "a",
      "A",
      "a.",
      "a/b",
      "a/B",
      "a:b",
      "a.b",
      "a-b",
      "a_b",
      "...",
      ".a",
      "x".repeat(120),
      "con",
      `${"d/".repeat(50)}e`,
      "A".repeat(120),
    ];
    for (const key of keys) await blobs.put(`${root}/${key}`, Buffer.from(key));
    for (const key of keys) expect(text(await blobs.get(`${root}/${key}`))).toBe(key);
    expect(await blobs.list(`${root}/`, { limit: 100 })).toEqual(keys.map((key) => `${root}/${key}`).sort());
  });

  const bad = [
    "",
    "/",
    "/a",
    "a/",
    "a//b",
    ".",
    "..",
    "a/..",
    "../a",
    "a/../../b",
    "a/./b",
    "a\\b",
    "a b",
    "ä",
    "a\0b",
    "a%2e",
    "~",
    "a+b",
    "x".repeat(121),
  ];
  it.each([...bad, "a/".repeat(450) + "b"])("refuses the key %j with a TypeError", async (key) => {
    const { blobs } = open();
    await expect(blobs.put(key, Buffer.from("x"))).rejects.toBeInstanceOf(TypeError);
    await expect(blobs.get(key)).rejects.toBeInstanceOf(TypeError);
    await expect(blobs.read(key)).rejects.toBeInstanceOf(TypeError);
    await expect(blobs.delete(key)).rejects.toBeInstanceOf(TypeError);
  });

  it.each(["/", "/a", "a//", "../", "a/../", "a\\", "a b"])("refuses the prefix %j with a TypeError", async (prefix) => {
    const { blobs } = open();
    await expect(blobs.list(prefix, { limit: 1 })).rejects.toBeInstanceOf(TypeError);
    await expect(blobs.deleteAll(prefix)).rejects.toBeInstanceOf(TypeError);
  });

  it("refuses to delete everything", async () => {
    await expect(open().blobs.deleteAll("")).rejects.toBeInstanceOf(TypeError);
  });
}

function failureCases(open: Bench): void {
  const failing = async function* (error: Error) {
    yield Buffer.from("half");
    throw error;
  };

  it("leaves nothing of a stream that fails, and gives its error", async () => {
    const { blobs, root } = open();
    const error = Object.assign(new Error("broken"), { code: "ECONNRESET", syscall: "read" });
    await expect(blobs.put(`${root}/a`, failing(error))).rejects.toBe(error);
    expect(await blobs.get(`${root}/a`)).toBeUndefined();
    expect(await blobs.list(`${root}/`, { limit: 10 })).toEqual([]);
  });

  it("keeps the old content when its successor fails", async () => {
    const { blobs, root } = open();
    await blobs.put(`${root}/a`, Buffer.from("old"));
    await expect(blobs.put(`${root}/a`, failing(new Error("broken")))).rejects.toThrow("broken");
    expect(text(await blobs.get(`${root}/a`))).toBe("old");
  });

  it("leaves nothing of a put that is aborted, and rejects with the signal's reason", async () => {
    const { blobs, root } = open();
    const caller = new AbortController();
    const reason = new Error("the caller left");
    const leaving = (async function* () {
      yield Buffer.from("half");
      caller.abort(reason);
      yield Buffer.from("rest");
    })();
    await expect(blobs.put(`${root}/a`, leaving, { signal: caller.signal })).rejects.toBe(reason);
    expect(await blobs.get(`${root}/a`)).toBeUndefined();
    await blobs.put(`${root}/b`, Buffer.from("x"));
    await expect(blobs.get(`${root}/b`, { signal: caller.signal })).rejects.toBe(reason);
    await expect(blobs.read(`${root}/b`, { signal: caller.signal })).rejects.toBe(reason);
  });

  it("ends a stream whose signal aborts while it is read, or that is left early", async () => {
    const { blobs, root } = open();
    await blobs.put(`${root}/a`, Buffer.alloc(1_000_000));
    const caller = new AbortController();
    const reason = new Error("the caller left");
    const reading = (async () => {
      for await (const chunk of (await blobs.read(`${root}/a`, { signal: caller.signal })) ?? [])
        if (chunk.length > 0) caller.abort(reason);
    })();
    await expect(reading).rejects.toBe(reason);
    for await (const chunk of (await blobs.read(`${root}/a`)) ?? []) if (chunk.length > 0) break;
    expect((await blobs.get(`${root}/a`))?.length).toBe(1_000_000);
  });
}

function listCases(open: Bench): void {
  const names = ["a", "a-b", "a.b/x", "a/b", "a/b/c", "a/d", "aa/b", "b", "b/c", "b/c/d/e"];

  it("lists keys in order, by a prefix that may end anywhere", async () => {
    const { blobs, root } = await filled(open, names);
    const list = async (prefix: string) =>
      (await blobs.list(`${root}/${prefix}`, { limit: 100 })).map((key) => key.slice(root.length + 1));
    expect(await list("")).toEqual([...names].sort());
    for (const prefix of ["a", "a/", "a/b", "a/b/", "b/c/d/e", "b/c/d/e/", "c", "a/b/c/"]) {
      expect(await list(prefix)).toEqual(names.filter((key) => key.startsWith(prefix)).sort());
    }
  });

  it.each([1, 2, 3, 9, 10, 11])("gives every key once in pages of %i, also from a key that is gone", async (limit) => {
    const { blobs, root } = await filled(open, names);
    const seen: string[] = [];
    for (let page = await blobs.list(`${root}/`, { limit }); page.length > 0;) {
      expect(page.length).toBeLessThanOrEqual(limit);
      seen.push(...page);
      const after = page.at(-1) ?? "";
      if (after.endsWith("/a/b")) await blobs.delete(after);
      page = await blobs.list(`${root}/`, { limit, after });
    }
    expect(seen).toEqual(names.map((name) => `${root}/${name}`).sort());
  });

  it("deletes one blob and none beside or below it, any number of times", async () => {
    const { blobs, root } = await filled(open, names);
    for (let times = 0; times < 2; times++) await blobs.delete(`${root}/a/b`);
    await blobs.delete(`${root}/never/was`);
    expect(await blobs.list(`${root}/`, { limit: 100 })).toEqual(
      names
        .filter((name) => name !== "a/b")
        .map((name) => `${root}/${name}`)
        .sort(),
    );
  });

  it.each(["a", "a/", "a/b", "b/c/", "b", "zzz", "zzz/y/"])("deletes all with the prefix %j and nothing else", async (prefix) => {
    const { blobs, root } = await filled(open, names);
    for (let times = 0; times < 2; times++) await blobs.deleteAll(`${root}/${prefix}`);
    const rest = names.filter((name) => !name.startsWith(prefix)).sort();
    expect(await blobs.list(`${root}/`, { limit: 100 })).toEqual(rest.map((name) => `${root}/${name}`));
    for (const name of rest) expect(text(await blobs.get(`${root}/${name}`))).toBe(name);
  });

  it("keeps or deletes a blob as a whole when it is written while its neighbours are deleted", async () => {
    const { blobs, root } = open();
    const rounds = Array.from({ length: 15 }, (_, at) => `${at}`);
    const outcomes = rounds.flatMap((round) => [
      blobs.put(`${root}/t/${round}`, Buffer.from(round)),
      blobs.deleteAll(`${root}/t/`),
      blobs.delete(`${root}/t/${round}x`),
    ]);
    await Promise.all(outcomes);
    await blobs.put(`${root}/t/last`, Buffer.from("last"));
    const left = await blobs.list(`${root}/t/`, { limit: 100 });
    expect(left).toContain(`${root}/t/last`);
    for (const key of left) expect(text(await blobs.get(key))).toBe(key.slice(root.length + 3));
  });
}

function lifecycleCases(makePlace: () => Promise<BlobStorePlace>): void {
  it("keeps blobs when it is opened again, and may be closed twice", async () => {
    const place = await makePlace();
    const first = await place.open();
    await first.put("tenant/bot/a", Buffer.from("kept"));
    await Promise.all([first.close(), first.close()]);
    await first.close();
    await expect(first.get("tenant/bot/a")).rejects.toMatchObject({ kind: "unavailable" });
    const second = await place.open();
    expect(text(await second.get("tenant/bot/a"))).toBe("kept");
    expect(await second.list("", { limit: 10 })).toEqual(["tenant/bot/a"]);
    await second.close();
    await place.remove();
  });
}

async function filled(open: Bench, names: readonly string[]): Promise<ReturnType<Bench>> {
  const { blobs, root } = open();
  await Promise.all(names.map((name) => blobs.put(`${root}/${name}`, Buffer.from(name))));
  return { blobs, root };
}

async function* stream(chunks: readonly Uint8Array[]): AsyncIterable<Uint8Array> {
  yield* chunks;
}

async function collect(chunks: AsyncIterable<Uint8Array> | undefined): Promise<Uint8Array | undefined> {
  if (chunks === undefined) return undefined;
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

function same(one: Uint8Array | undefined, two: Uint8Array): boolean {
  return one !== undefined && Buffer.compare(one, two) === 0;
}

function text(content: Uint8Array | undefined): string {
  return content === undefined ? "there is no such blob" : Buffer.from(content).toString("utf8");
}
