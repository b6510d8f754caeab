import {
  askedUnits,
  detectLanguage,
  frontPageTerm,
  hasUnits,
  overviewTerm,
  spoken,
  understandingOf,
  type Spoken,
  type Understanding,
} from "@parlance/language";
import { ExpiringCache, type Clock } from "@parlance/platform";
import { StoreError, type Embedder, type IndexCandidate, type IndexResult, type Ports, type QueryWord } from "@parlance/ports";
import { fuse, vectorWeight, vectorWeights } from "./fusion.ts";
import type { ChatbotKey, Generation, Generations } from "./generations.ts";
import { highestUnseen } from "./highest-unseen.ts";
import { guessed, otherWords, settled } from "./other-words.ts";
import { reorder, reorderedHits, type Judges } from "./reorder.ts";
import { queryTerms, withCorrections, type QueryTerms } from "./query-terms.ts";
import { nearestSentence } from "./sentence-support.ts";
import { correctedText, corrections, type Correction } from "./spelling.ts";
import { guessValue, termShare, type ShareStatistics } from "./term-share.ts";
import { coverage, wordSupport } from "./word-support.ts";

export interface ScoredHit {
  candidate: IndexCandidate;
  /** 0 to 1, never higher than that of the hit before: the fused score, of which {@link reorder} gives the highest to the first place. */
  score: number;
  /** 0 to 1; see {@link termShare}. */
  termShare: number;
  /** How far the cosine may be trusted. */
  understanding: Understanding;
}

export interface SearchOutcome {
  /** Best first. */
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

/** Candidates that each leg proposes at most: twice the largest limit that a contract allows. */
const mostCandidates = 100;

/**
 * Candidates that each leg proposes at first. Among 4,000 passages of software documentation they told the order of the first five hits of 93 %
 * of the questions or more, see {@link highestUnseen}; a second look costs more than a few candidates too many.
 */
const firstCandidates = (limit: number): number => Math.min(mostCandidates, Math.max(50, 3 * limit + 10));

/** Long enough that a score request and the chat turn that follows it search once. */
const cacheLifetimeMs = 600_000;
/** Characters of the passages of an answer that is kept; a thousand answers of the longest products would take gigabytes. */
const longestKept = 64 * 1024;

/** Hybrid search over one generation: vector and words propose, one score orders. */
export function createSearcher(deps: { ports: Ports; generations: Generations; clock: Clock; cacheEntries: number }): Searcher {
  const { ports, generations } = deps;
  const recent = new ExpiringCache<SearchOutcome & { limit: number }>({
    entries: deps.cacheEntries,
    lifetimeMs: cacheLifetimeMs,
    clock: deps.clock,
  });
  return async (at, query, { limit, signal }) => {
    const state = await generations.get(at);
    if (state === undefined || state.active === 0)
      return { hits: [], generation: 0, language: detectLanguage(query), understoodQuery: query, wordSupport: 0 };
    // The generation is part of the key, so a retrain needs no invalidation.
    const key = JSON.stringify([at.tenant, at.chatbotId, state.active, ports.embedder.model, query]);
    let outcome = recent.get(key);
    if (outcome === undefined || outcome.limit < limit) {
      const language = detectLanguage(query);
      const found = await find(ports, at, { query, language, state, limit, signal });
      // Judged by the passages that were found, not by those that were chosen for their words: that would answer more far questions.
      const wordSupport = supportByWords(found);
      const ordered = isPlaced(found) ? found.hits : await reorder(found.hits, judges(ports.embedder, found, signal));
      const hits = ordered.slice(0, limit);
      outcome = { hits, limit, generation: state.active, language, understoodQuery: found.wording.query, wordSupport };
      if (charactersOf(hits) <= longestKept) recent.set(key, outcome);
    }
    return { ...outcome, hits: outcome.hits.slice(0, limit) };
  };
}

function charactersOf(hits: readonly ScoredHit[]): number {
  return hits.reduce((sum, { candidate: { payload } }) => sum + payload.text.length, 0);
}

interface Question {
  query: string;
  /** That it is typed in. */
  language: string;
  state: Generation;
  limit: number;
  signal: AbortSignal | undefined;
}

/** A question as the index is asked it. */
interface Wording {
  query: string;
  terms: QueryTerms;
  vector: Promise<Float32Array | undefined>;
}

interface Found {
  wording: Wording;
  asked: Spoken;
  result: IndexResult;
  hits: ScoredHit[];
}

/**
 * Searches, and once more when words of the question that no chunk holds are misspelt or may be said in other words: with the terms that may be
 * meant, and the vector of the corrected question. The last search is repeated with all candidates when the first few cannot tell the order of the hits, which therefore never
 * depends on how many were asked for.
 */
async function find(ports: Ports, at: ChatbotKey, { query, language, state, limit, signal }: Question): Promise<Found> {
  const { embedder } = ports;
  const asked = spoken(query, { english: state.english !== false });
  const word = (text: string, terms: QueryTerms): Wording => {
    const vector = embedder
      .embed([text], { priority: "interactive", reading: asked.reading, ...withSignal(signal) })
      .then(([made]) => direction(made));
    // The search tells of a failure, if it comes so far.
    vector.catch(() => undefined);
    return { query: text, terms, vector };
  };
  const look = async (wording: Wording, candidates: number, words?: readonly QueryWord[]): Promise<IndexResult> => {
    const { terms, vector } = wording;
    const sought = { generation: state.active, terms: terms.all, candidates, vector, ...(words && { words }) };
    const found = scaled(await ports.search.search(at, sought, withSignal(signal)), embedder.documentScale);
    // To find nothing would look as if the owner had never said a word of it.
    if (found.chunkCount === 0 && state.chunksIn === state.active)
      throw new StoreError("unavailable", `the index has lost all chunks of the chatbot ${at.chatbotId}: run doctor with --repair`);
    return found;
  };

  const few = firstCandidates(limit);
  let wording = word(query, queryTerms(query, language, state.languages));
  let result = await look(wording, few, wording.terms.words);
  // Words of another language are not misspelt, however near they come to those of the documents.
  const isForeign = state.languages.length > 0 && !state.languages.some(asked.isAskedIn);
  const others = isForeign ? [] : otherWords(wording.terms, result);
  const corrected = isForeign ? [] : await misspelt(embedder, wording.terms, result);
  const made = corrected.filter((one) => others.every((other) => other.word !== one.word));
  if (made.length + others.length > 0) {
    const terms = withCorrections(wording.terms, [...made, ...others.map(guessed)]);
    const anew = made.length === 0 ? { ...wording, terms } : word(correctedText(query, made), terms);
    result = await look(anew, few);
    const meant = [...made, ...others.flatMap((other) => settled(other, result) ?? [])];
    wording = { ...anew, query: correctedText(query, meant), terms: withCorrections(wording.terms, meant) };
  }
  const hits = order(result, wording.terms, { asked, embedder });
  const unseen = highestUnseen(result, few, vectorWeights(state, asked, embedder));
  const told = hits[Math.max(limit, reorderedHits) - 1];
  if (unseen === 0 || (told?.score ?? 0) > unseen) return { wording, asked, result, hits };
  const all = await look(wording, mostCandidates);
  return { wording, asked, result: all, hits: order(all, wording.terms, { asked, embedder }) };
}

/** With the cosines of texts that are read alike, -1 to 1, which rounding may not leave. */
function scaled(result: IndexResult, scale: number): IndexResult {
  const cosineOf = ({ cosine }: IndexCandidate): number => Math.max(-1, Math.min(1, cosine * scale));
  const candidates = result.candidates.map((candidate) => ({ ...candidate, cosine: cosineOf(candidate) }));
  return { ...result, candidates };
}

/** Corrections of words that no chunk holds and that are no real words either, as far as the embedder knows any. */
async function misspelt(embedder: Embedder, { words, languages }: QueryTerms, result: IndexResult): Promise<Correction[]> {
  const guesses = corrections(words, result, languages);
  const real = guesses.length === 0 ? undefined : await embedder.knownWords?.(guesses.map(({ word }) => word));
  return guesses.filter(({ word }) => real?.has(word) !== true);
}

/** By whom a question is read, and how. */
interface Reader {
  asked: Spoken;
  embedder: Embedder;
}

function order(result: IndexResult, terms: QueryTerms, reader: Reader): ScoredHit[] {
  const hits = result.candidates
    .map((candidate) => ({
      candidate,
      score: scoreOf(candidate, { result, terms }, reader),
      termShare: termShare(
        contentTermsFor(candidate, { result, terms }),
        new Set(candidate.matchedTerms),
        statisticsFor(candidate, { result, terms }),
      ),
      understanding: understandingOf(reader.embedder, reader.asked.reading, candidate.payload),
    }))
    .filter((hit) => hit.score > 0)
    .sort((a, b) => b.score - a.score || (a.candidate.chunkId < b.candidate.chunkId ? -1 : 1));
  return distinct(hits).slice(0, mostCandidates / 2);
}

/** What an owner wrote to just such a question comes first; of what all is about, how the front page begins, and then any other document. */
function scoreOf(
  candidate: IndexCandidate,
  found: { result: IndexResult; terms: QueryTerms },
  { asked, embedder }: Reader,
): number {
  const fused = fuse(candidate, found.result.bestBm25, vectorWeight(candidate.payload, asked, embedder));
  const particular = toldParticular(candidate, found)?.at(-1);
  if (particular === undefined) return fused;
  const { matchedTerms, payload } = candidate;
  if (payload.sourceType === "q&a" && matchedTerms.includes(particular)) return 0.8 + 0.2 * fused;
  if (particular !== overviewTerm) return 0.8 * fused;
  return 0.3 * [overviewTerm, frontPageTerm].filter((term) => matchedTerms.includes(term)).length + 0.2 * fused;
}

/** Pages that a site shows at several addresses say the same, which would leave no place for what others say. */
function distinct(hits: readonly ScoredHit[]): ScoredHit[] {
  const saidBy = new Map<string, string>();
  return hits.filter(({ candidate: { documentId, payload } }) => {
    const said = JSON.stringify([payload.title, payload.headings, payload.text]);
    if (!saidBy.has(said)) saidBy.set(said, documentId);
    return saidBy.get(said) === documentId;
  });
}

/** What an answer may rest on is judged by the passages that it is written from. */
const supportingPassages = 3;

function supportByWords(found: Found): number {
  const [best] = found.hits;
  if (best === undefined || best.understanding === "well") return 0;
  return supportOf(found.hits.slice(0, supportingPassages), found);
}

function supportOf(hits: readonly ScoredHit[], { result, wording: { query, terms } }: Found): number {
  const best = hits[0]?.candidate;
  if (best === undefined) return 0;
  const passages = hits.map(({ candidate: { payload, matchedTerms } }) => ({
    text: payload.text,
    language: payload.language,
    matched: matchedTerms,
  }));
  const { language } = best.payload;
  const asked =
    toldParticular(best, { result, terms }) ??
    (hasUnits(language) ? askedUnits(query, language) : contentTermsFor(best, { result, terms }));
  return wordSupport(asked, passages, statisticsFor(best, { result, terms }));
}

function judges(embedder: Embedder, found: Found, signal: AbortSignal | undefined): Judges<ScoredHit> {
  const { result, wording } = found;
  return {
    supportOf: (hit) => supportOf([hit], found),
    nearestSentence: async ({ candidate }) => {
      const { terms, vector } = wording;
      const covers = coverage(contentTermsFor(candidate, { result, terms }), statisticsFor(candidate, { result, terms }));
      return nearestSentence(
        embedder,
        { vector: await vector, reading: found.asked.reading, coverage: covers, signal },
        candidate.payload,
      );
    },
  };
}

/** Terms for a particular that is asked for, where any chunk tells it: others may tell it in words. */
function toldParticular(
  { payload: { language } }: IndexCandidate,
  { result, terms }: { result: IndexResult; terms: QueryTerms },
): readonly string[] | undefined {
  const particular = terms.particularByLanguage.get(language);
  const content = terms.contentByLanguage.get(language) ?? [];
  if (terms.overview === "otherwise" && content.some((term) => isKnown(term, result))) return undefined;
  return isKnown(particular?.at(-1) ?? "", result) ? particular : undefined;
}

/** The particular that is asked for, else what the question is about; words that ask count where the knowledge uses them. */
function contentTermsFor(candidate: IndexCandidate, found: { result: IndexResult; terms: QueryTerms }): readonly string[] {
  const { result, terms } = found;
  const particular = toldParticular(candidate, found);
  if (particular !== undefined) return particular;
  const content = terms.contentByLanguage.get(candidate.payload.language) ?? terms.all;
  return terms.asking.size === 0 ? content : content.filter((term) => !terms.asking.has(term) || isKnown(term, result));
}

/** Which page says what all is about, and what an owner wrote to just such a question, neither vectors nor sentences tell. */
function isPlaced({ hits: [best], result, wording: { terms } }: Found): boolean {
  if (best === undefined) return false;
  const particular = toldParticular(best.candidate, { result, terms })?.at(-1);
  return particular !== undefined && (particular === overviewTerm || best.candidate.payload.sourceType === "q&a");
}

function isKnown(term: string, { documentFrequency }: IndexResult): boolean {
  return (documentFrequency.get(term) ?? 0) > 0;
}

function statisticsFor(
  { payload }: IndexCandidate,
  { result, terms }: { result: IndexResult; terms: QueryTerms },
): ShareStatistics {
  return { ...result, corrected: terms.corrected, guessValue: guessValue(payload) };
}

/** A blank text has the zero vector, which points nowhere. */
function direction(vector: Float32Array | undefined): Float32Array | undefined {
  return vector?.some((component) => component !== 0) === true ? vector : undefined;
}

function withSignal(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
