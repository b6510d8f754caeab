import type { retrieval } from "@parlance/contracts";

export function toPassage({ chunkId, sourceName, sourceType, title, text, cosine, score }: retrieval.Hit) {
  return { chunkId, sourceName, sourceType, title, text, cosine, score };
}
