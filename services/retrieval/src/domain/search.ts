import { detectLanguage } from "@parlance/language";
import { ExpiringCache, type Clock } from "@parlance/platform";
import type { IndexCandidate, IndexResult, Ports, QueryWord } from "@parlance/ports";
import { fuse } from "./fusion.ts";
import type { ChatbotKey, Generation, Generations } from "./generations.ts";
import { queryTerms, withCorrections, type QueryTerms } from "./query-terms.ts";
import { correctedText, corrections } from "./spelling.ts";
import { guessValue, termShare, type ShareStatistics } from "./term-share.ts";
import { wordSupport } from "./word-support.ts";

export interface ScoredHit {
  candidate: IndexCandidate;
  /** Fused score, 0 to 1, by which hits are ordered. */
  score: number;
  /** 0 to 1; see {@link termShare}. */
  termShare: number;
}

export interface SearchOutcome {
  /** Best first, ties by chunk id. */
  hits: ScoredHit[];
  /** 0 when the chatbot was never trained. */
  generation: number;
  /** ISO 639-1, empty if it cannot be told. */
  language: string;
  /** The query, misspelt words corrected. */
  understoodQuery: string;
  /** 0 to 1, see {@link wordSupport}; 0 where cosines tell more. */
  wordSupport: number;
}

export type Searcher = (at: ChatbotKey, query: string, options: { limit: number; signal?: AbortSignal }) => Promise<SearchOutcome>;

/**
 * Candidates that each leg proposes, whatever the limit, so that a larger limit only makes the list longer. Twice the largest limit that a
 * contract allows.
 */
const candidatesPerLeg = 100;

/** Long enough that a score request and the chat turn that follows it search once. */
const cacheLifetimeMs = 600_000;

/** Hybrid search over one generation: vector and words propose, one score orders. */
export function createSearcher(deps: { ports: Ports; generations: Generations; clock: Clock; cacheEntries: number }): Searcher {
  const { ports, generations } = deps;
  const recent = new ExpiringCache<SearchOutcome>({ entries: deps.cacheEntries, lifetimeMs: cacheLifetimeMs, clock: deps.clock });
  return async (at, query, options) => {
    const state = await generations.get(at);
    if (state === undefined || state.active === 0)
      return { hits: [], generation: 0, language: detectLanguage(query), understoodQuery: query, wordSupport: 0 };
    // The generation is part of the key, so a retrain needs no invalidation.
    const key = JSON.stringify([at.tenant, at.chatbotId, state.active, ports.embedder.model, query]);
    let outcome = recent.get(key);
    if (outcome === undefined) {
      const { result, terms, understoodQuery } = await find(ports, at, { query, state, signal: options.signal });
      const hits = order(result, terms, ports.embedder.multilingual);
      const support = supportByWords(hits, { result, terms, multilingual: ports.embedder.multilingual });
      outcome = { hits, generation: state.active, language: detectLanguage(query), understoodQuery, wordSupport: support };
      recent.set(key, outcome);
    }
    return { ...outcome, hits: outcome.hits.slice(0, options.limit) };
  };
}

interface Found {
  result: IndexResult;
  terms: QueryTerms;
  understoodQuery: string;
}

interface Question {
  query: string;
  state: Generation;
  signal: AbortSignal | undefined;
}

/**
 * Searches, and once more when words of the question are misspelt: with their terms as they were meant, and the vector of the corrected
 * question. A question whose words all occur, or lie near to none that does, is searched and embedded once.
 */
async function find(ports: Ports, at: ChatbotKey, { query, state, signal }: Question): Promise<Found> {
  const searchFor = async (text: string, terms: readonly string[], words?: readonly QueryWord[]) => {
    const [vector] = await ports.embedder.embed([text], { priority: "interactive", ...withSignal(signal) });
    return ports.search.search(
      at,
      {
        generation: state.active,
        terms,
        candidates: candidatesPerLeg,
        ...(words !== undefined && { words }),
        ...(vector !== undefined && isDirection(vector) && { vector }),
      },
      withSignal(signal),
    );
  };
  const terms = queryTerms(query, state.languages);
  const result = await searchFor(query, terms.all, terms.words);
  const guesses = corrections(terms.words, result, terms.languages);
  const real = guesses.length === 0 ? undefined : await ports.embedder.knownWords?.(guesses.map(({ word }) => word));
  const made = guesses.filter(({ word }) => real?.has(word) !== true);
  if (made.length === 0) return { result, terms, understoodQuery: query };
  const meant = withCorrections(terms, made);
  const understoodQuery = correctedText(query, made);
  return { result: await searchFor(understoodQuery, meant.all), terms: meant, understoodQuery };
}

function order(result: IndexResult, terms: QueryTerms, multilingual: boolean): ScoredHit[] {
  return result.candidates
    .map((candidate) => ({
      candidate,
      score: fuse(candidate, result.bestBm25, multilingual),
      termShare: termShare(
        contentTermsFor(candidate, terms),
        new Set(candidate.matchedTerms),
        statisticsFor(candidate, { result, terms }),
      ),
    }))
    .filter((hit) => hit.score > 0)
    .sort((a, b) => b.score - a.score || (a.candidate.chunkId < b.candidate.chunkId ? -1 : 1))
    .slice(0, candidatesPerLeg / 2);
}

/** What an answer may rest on is judged by the passages that it is written from. */
const supportingPassages = 3;

function supportByWords(
  hits: readonly ScoredHit[],
  found: { result: IndexResult; terms: QueryTerms; multilingual: boolean },
): number {
  const best = hits[0]?.candidate;
  if (best === undefined || best.payload.english || found.multilingual) return 0;
  const passages = hits.slice(0, supportingPassages).map(({ candidate: { payload, matchedTerms } }) => ({
    text: payload.text,
    language: payload.language,
    matched: matchedTerms,
  }));
  return wordSupport(contentTermsFor(best, found.terms), passages, statisticsFor(best, found));
}

function contentTermsFor({ payload }: IndexCandidate, terms: QueryTerms): readonly string[] {
  return terms.contentByLanguage.get(payload.language) ?? terms.all;
}

function statisticsFor(
  { payload }: IndexCandidate,
  { result, terms }: { result: IndexResult; terms: QueryTerms },
): ShareStatistics {
  return { ...result, corrected: terms.corrected, guessValue: guessValue(payload) };
}

/** A blank text has the zero vector, which points nowhere. */
function isDirection(vector: Float32Array): boolean {
  return vector.some((component) => component !== 0);
}

function withSignal(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
