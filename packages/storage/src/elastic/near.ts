import type { estypes } from "@elastic/elasticsearch";
import { mostEdits, nearestTerms, nearnessTo, type IndexQuery, type NearTerm, type QueryWord } from "@parlance/ports";
import { request } from "./errors.ts";
import type { ChunkDocument } from "./mapping.ts";
import { visibleIn, type ScopeKey } from "./scope.ts";
import { partOf } from "./statistics.ts";
import type { Server } from "./writes.ts";

export interface NearRequest {
  server: Server;
  key: ScopeKey;
  query: IndexQuery;
  /** Terms of the query that some chunk of the chatbot holds. */
  known: ReadonlySet<string>;
  signal: AbortSignal | undefined;
}

/** Near terms of one word. */
const mostTerms = 8;
/** Letters that `nearnessTo` lets a term be shorter than the word. */
const longestEnding = 4;
/** Terms of the shard that a spelling stands for: enough that other chatbots' words do not take the place of the chatbot's own. */
const mostExpansions = 500;

/**
 * Terms near to the words that no chunk of the chatbot holds; one request if there are any such words, else none. The server expands a word
 * to the terms of the whole shard, so they are read from visible chunks of the chatbot alone: another's words are never seen.
 */
export async function nearTerms({ server, key, query, known, signal }: NearRequest): Promise<Map<string, NearTerm[]>> {
  const unknown = (query.words ?? []).filter(({ word, terms }) => mostEdits(word) > 0 && !terms.some((term) => known.has(term)));
  if (unknown.length === 0) return new Map();
  const filter = [...key.filter, ...visibleIn(query.generation)];
  const searches = unknown.flatMap(({ word }): estypes.MsearchRequestItem[] => [
    { routing: key.routing },
    { size: 100, _source: ["words", "payload"], query: { bool: { filter, should: spellings(word), minimum_should_match: 1 } } },
  ]);
  const { responses } = await request(
    () =>
      server.client.msearch<ChunkDocument>(
        { index: server.names.read, searches },
        { maxRetries: 0, ...(signal === undefined ? {} : { signal }) },
      ),
    signal,
  );
  const near = unknown.map(({ word }, place) => [word, termsIn(responses[place], word)] as const);
  return new Map(near.filter(([, terms]) => terms.length > 0));
}

/** The word and its beginnings, as typed and with the first two letters swapped: the server keeps the first letter of what it expands. */
function spellings(word: QueryWord["word"]): estypes.QueryDslQueryContainer[] {
  const edits = mostEdits(word);
  const swapped = word.charAt(1) + word.charAt(0) + word.slice(2);
  return [word, ...(swapped === word ? [] : [swapped])].flatMap((spelling) =>
    Array.from({ length: Math.min(longestEnding, word.length - 3) + 1 }, (_, ending) => {
      const value = spelling.slice(0, spelling.length - ending);
      const fuzziness = spelling === word ? Math.min(edits, value.length < 5 ? 1 : 2) : edits - 1;
      return { fuzzy: { words: { value, fuzziness, prefix_length: 1, max_expansions: mostExpansions, transpositions: true } } };
    }),
  );
}

function termsIn(response: estypes.MsearchResponseItem<ChunkDocument> | undefined, word: string): NearTerm[] {
  const nearness = nearnessTo(word);
  const found = new Map<string, NearTerm & { edits: number; ending: number; chunks: number }>();
  for (const { _source } of response === undefined ? [] : partOf(response).hits.hits) {
    for (const term of new Set(_source?.words.split(" "))) {
      const before = found.get(term);
      const near = before ?? nearness(term);
      if (near === undefined) continue;
      if (before === undefined) found.set(term, { ...near, term, example: _source?.payload as NearTerm["example"], chunks: 1 });
      else before.chunks += 1;
    }
  }
  return nearestTerms([...found.values()], mostTerms).map(({ term, example }) => ({ term, example }));
}
