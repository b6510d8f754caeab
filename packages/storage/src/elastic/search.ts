import type { estypes } from "@elastic/elasticsearch";
import type { IndexCandidate, IndexQuery, IndexResult, Scope } from "@parlance/ports";
import { request } from "./errors.ts";
import type { ChunkDocument } from "./mapping.ts";
import { nearTerms } from "./near.ts";
import { encodeTerm, scopeKey, visibleIn, type ScopeKey } from "./scope.ts";
import { bm25Of, partOf, statisticsOf, statisticsSearches, type Hit, type Part, type Statistics } from "./statistics.ts";
import type { Server } from "./writes.ts";

export interface SearchRequest {
  scope: Scope;
  query: IndexQuery;
  /** Distinct. */
  terms: readonly string[];
  /** Of length 1. */
  vector: Promise<Float32Array | undefined>;
  signal: AbortSignal | undefined;
}

interface Task extends Omit<SearchRequest, "vector"> {
  server: Server;
  key: ScopeKey;
}

/** What both legs need to be known first. */
interface Begun {
  statistics: Statistics;
  vector: Float32Array | undefined;
}

/** What of a chunk a candidate needs; never its vector. */
const fields = ["chunk", "document", "length", "words", "payload"];

/**
 * Three requests at most, each to the one shard that holds the chatbot: its statistics, while the vector may still be on its way; both legs
 * side by side; and the cosines of what the words alone proposed. The server's own BM25 counts all chatbots of the shard, so it only
 * proposes: the scores are computed here, over the chatbot's own statistics. Words that no chunk holds take a request more, beside the legs.
 */
export async function search(server: Server, query: SearchRequest): Promise<IndexResult> {
  const task: Task = { ...query, server, key: scopeKey(query.scope) };
  const [statistics, vector] = await Promise.all([count(task), query.vector]);
  const known = new Set(statistics.terms.flatMap(({ term, here }) => (here > 0 ? term : [])));
  const [{ near, worded }, nearWords] = await Promise.all([legs(task, { statistics, vector }), nearTerms({ ...task, known })]);
  const scored = worded.map((hit) => ({ hit, words: bm25Of(hit, statistics) }));
  const best = scored.sort((a, b) => b.words.bm25 - a.words.bm25).slice(0, query.query.candidates);
  const cosines = new Map(near.map(cosineEntry));
  const missing = best.flatMap(({ hit: { _id = "" } }) => (cosines.has(_id) ? [] : [_id]));
  for (const [id, cosine] of (await vectorsOf(task, vector, missing)).map(cosineEntry)) cosines.set(id, cosine);
  const proposed = new Map(best.map((one) => [idOf(one.hit), one]));
  for (const hit of near) if (!proposed.has(idOf(hit))) proposed.set(idOf(hit), { hit, words: bm25Of(hit, statistics) });
  const candidates = [...proposed].map(([id, { hit, words }]) => candidate(hit, words, cosines.get(id) ?? 0));
  return {
    candidates: candidates.sort(order),
    bestBm25: best[0]?.words.bm25 ?? 0,
    chunkCount: statistics.chunkCount,
    documentFrequency: new Map(statistics.terms.map(({ term, here }) => [term, here])),
    near: nearWords,
  };
}

async function count(task: Task): Promise<Statistics> {
  const { key, terms } = task;
  const encoded = terms.map(encodeTerm);
  return statisticsOf(terms, encoded, await searchAll(task, statisticsSearches(key, encoded)));
}

async function legs(task: Task, { statistics, vector }: Begun): Promise<{ near: Hit[]; worded: Hit[] }> {
  const asked = [vector && vectorLeg(task, vector), wordLeg(task, statistics)];
  const header = { routing: task.key.routing };
  const parts = await searchAll(
    task,
    asked.flatMap((leg) => (leg === undefined ? [] : [header, leg])),
  );
  const [near, worded] = asked.map((leg) => (leg === undefined ? [] : (parts.shift()?.hits.hits ?? [])));
  return { near: near ?? [], worded: worded ?? [] };
}

/** Several searches in one request, which the server works on side by side. */
async function searchAll(task: Task, searches: estypes.MsearchRequestItem[]): Promise<Part[]> {
  const { server, signal } = task;
  if (searches.length === 0) return [];
  const asked = { index: server.names.read, searches };
  const { responses } = await request(() => server.client.msearch<ChunkDocument>(asked, optionsOf(task)), signal);
  return responses.map(partOf);
}

function vectorLeg({ key, query }: Task, vector: Float32Array): estypes.SearchSearchRequestBody {
  const { candidates, generation } = query;
  return {
    size: candidates,
    _source: fields,
    knn: {
      field: "vector",
      query_vector: [...vector],
      k: candidates,
      num_candidates: Math.max(200, 4 * candidates),
      filter: [...key.filter, ...visibleIn(generation)],
    },
  };
}

/**
 * Asks for more than were asked for, because the server's order is only nearly the right one: it knows the mean length of the shard alone.
 * Nothing where no chunk holds a word.
 */
function wordLeg({ key, query }: Task, { terms }: Statistics): estypes.SearchSearchRequestBody | undefined {
  const should = terms.filter(({ here }) => here > 0).map(({ encoded, boost }) => ({ term: { words: { value: encoded, boost } } }));
  if (should.length === 0) return undefined;
  const filter = [...key.filter, ...visibleIn(query.generation)];
  return {
    size: 2 * query.candidates + 20,
    _source: fields,
    query: { bool: { filter, should, minimum_should_match: 1 } },
  };
}

/** Compares the vectors of exactly these documents; those without one are left out. */
async function vectorsOf(task: Task, vector: Float32Array | undefined, ids: readonly string[]): Promise<Hit[]> {
  const { server, key, signal } = task;
  if (vector === undefined || ids.length === 0) return [];
  const filter = [...key.filter, { ids: { values: [...ids] } }];
  const knn = { field: "vector", query_vector: [...vector], k: ids.length, num_candidates: Math.max(200, ids.length), filter };
  const { hits } = await request(
    () =>
      server.client.search<ChunkDocument>(
        { index: server.names.read, routing: key.routing, size: ids.length, _source: false, knn },
        optionsOf(task),
      ),
    signal,
  );
  return hits.hits;
}

/** A visitor waits: no second try, which would take seconds when the server is down. */
function optionsOf({ signal }: Task): { maxRetries: number; signal?: AbortSignal } {
  return { maxRetries: 0, ...(signal === undefined ? {} : { signal }) };
}

const idOf = ({ _id = "" }: Hit): string => _id;

/** The server's score of a dot product is (1 + it) / 2. */
function cosineEntry({ _id = "", _score }: Hit): [string, number] {
  return [_id, 2 * (_score ?? 0) - 1];
}

function candidate(hit: Hit, words: ReturnType<typeof bm25Of>, cosine: number): IndexCandidate {
  const { _source: { chunk = "", document = "", payload } = {} } = hit;
  return {
    chunkId: chunk,
    documentId: document,
    cosine: Math.max(-1, Math.min(1, cosine)),
    ...words,
    payload: payload as IndexCandidate["payload"],
  };
}

function order(a: IndexCandidate, b: IndexCandidate): number {
  return b.cosine - a.cosine || b.bm25 - a.bm25 || (a.chunkId < b.chunkId ? -1 : 1);
}
