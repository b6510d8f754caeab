import { newId } from "@parlance/platform";
import type { BlobKey, BlobStore } from "@parlance/ports";
import { contentKey } from "./blob-keys.ts";
import { revisionOf, type SourceEntry } from "./source.ts";
import type { ChatbotKey } from "./stores.ts";

type Added = { entry: SourceEntry; content: string };

/**
 * Stores contents and sets where each lies in its entry: a text is a blob of its own; products and Q&As of one call share one, a line of
 * JSON each, because a file for each of a thousand would take a thousand times the time that it takes to make one durable.
 */
export async function writeContents(blobs: BlobStore, at: ChatbotKey, added: readonly Added[]): Promise<BlobKey[]> {
  const keys: BlobKey[] = [];
  for (const { entry, content } of added.filter(({ entry }) => entry.type === "text")) {
    const key = contentKey(at, newId());
    await blobs.put(key, Buffer.from(content));
    entry.content = { key };
    keys.push(key);
  }
  const short = added.filter(({ entry }) => entry.type !== "text");
  if (short.length === 0) return keys;
  const key = contentKey(at, newId());
  await blobs.put(key, Buffer.from(short.map(({ content }) => JSON.stringify(content)).join("\n")));
  for (const [line, { entry }] of short.entries()) entry.content = { key, line };
  return [...keys, key];
}

/** Reads contents; the blob that was read last is kept, since its other lines are wanted next. */
export function openContents(blobs: BlobStore) {
  let kept: { key: BlobKey; lines: string[] } | undefined;
  return {
    /** undefined when there is none, or it is not what was stored: disks lose and change what they hold. */
    async read({ content, revision }: SourceEntry): Promise<string | undefined> {
      if (content === null) return undefined;
      const text = content.line === undefined ? textOf(await blobs.get(content.key)) : await lineOf(content.key, content.line);
      return text !== undefined && revisionOf(text) === revision ? text : undefined;
    },
  };

  async function lineOf(key: BlobKey, line: number): Promise<string | undefined> {
    if (kept?.key !== key) {
      const text = textOf(await blobs.get(key));
      if (text === undefined) return undefined;
      kept = { key, lines: text.split("\n") };
    }
    return unlessDamaged(kept.lines[line]);
  }
}

function unlessDamaged(line: string | undefined): string | undefined {
  try {
    const content: unknown = line === undefined ? undefined : JSON.parse(line);
    return typeof content === "string" ? content : undefined;
  } catch {
    return undefined;
  }
}

function textOf(bytes: Uint8Array | undefined): string | undefined {
  // A byte order mark is part of what the owner gave and counts.
  return bytes === undefined ? undefined : new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}
