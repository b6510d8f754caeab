import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs, type Timestamp } from "@bufbuild/protobuf/wkt";
import type { ingestion } from "@parlance/contracts";
import type { SourceLists } from "./domain/plan-changes.ts";
import { sourceTypes } from "./domain/source.ts";

/** All sources with what the chatbot holds and may still hold. */
export function toSourceState(state: { lists: SourceLists; characters: number; limit: number }) {
  const { lists, characters, limit } = state;
  const sources: MessageInitShape<typeof ingestion.SourceSchema>[] = sourceTypes.flatMap((type) =>
    lists[type].map((entry) => ({ sourceId: entry.id, name: entry.name, type, characters: BigInt(entry.characters) })),
  );
  return { sources, consumedCharacters: BigInt(characters), remainingCharacters: BigInt(Math.max(0, limit - characters)) };
}

export function toTimestamp(milliseconds: number | null): Timestamp | undefined {
  return milliseconds === null ? undefined : timestampFromMs(milliseconds);
}
