import {
  type AskedOverview,
  analyze,
  askedOverview,
  askedTerms,
  contentTerms,
  frontPageTerm,
  termsOfParticular,
} from "@parlance/language";
import type { QueryWord } from "@parlance/ports";
import { questionWords, type Correction } from "./spelling.ts";

/** A question in the words of each language that the knowledge is written in. */
export interface QueryTerms {
  languages: readonly string[];
  /** Distinct terms over all languages. */
  all: string[];
  /** Terms that carry the question's meaning, by the language of the chunk they are compared with. */
  contentByLanguage: ReadonlyMap<string, readonly string[]>;
  /** Those of them by which it asks for a price or a measure, which what tells one need not hold. */
  asking: ReadonlySet<string>;
  /** The same as `contentByLanguage` of a question for a particular; empty for any other. */
  particularByLanguage: ReadonlyMap<string, readonly string[]>;
  /** That it asks what all is about, and how. */
  overview: AskedOverview | undefined;
  /** Words that may be misspelt. */
  words: readonly QueryWord[];
  /** What was meant by terms of misspelt words. */
  corrected: ReadonlyMap<string, Correction>;
}

/** More languages than this in one chatbot are rare, and every one adds terms to each search. */
const mostLanguages = 8;

/**
 * Analyses a question as the documents were: a question typed in one language may well be answered by a document in another, and only
 * terms made by the document's own stemmer can match. `own` is the language it is typed in, `known` are those of the documents.
 */
export function queryTerms(query: string, own: string, known: readonly string[]): QueryTerms {
  const languages = known.length === 0 ? [""] : known.slice(0, mostLanguages);
  const all = new Set<string>();
  const contentByLanguage = new Map<string, readonly string[]>();
  const asking = new Set<string>();
  const particularByLanguage = new Map<string, readonly string[]>();
  const overview = askedOverview(query);
  for (const language of languages) {
    const content = contentTerms(query, language, own);
    for (const term of analyze(query, language)) all.add(term);
    contentByLanguage.set(language, content);
    const about = new Set(askedTerms(query, language, own));
    for (const term of content) if (!about.has(term)) asking.add(term);
    const particular = termsOfParticular(query, language, own);
    if (particular === undefined) continue;
    particularByLanguage.set(language, particular);
    for (const term of particular) all.add(term);
    if (overview !== undefined) all.add(frontPageTerm);
  }
  const words = questionWords(query, languages, own);
  return {
    languages,
    all: [...all],
    contentByLanguage,
    asking,
    particularByLanguage,
    overview,
    words,
    corrected: new Map(),
  };
}

/** The same question with what was meant in place of the misspelt words. */
export function withCorrections(terms: QueryTerms, made: readonly Correction[]): QueryTerms {
  const corrected = new Map<string, Correction>();
  for (const correction of made) {
    const word = terms.words.find((candidate) => candidate.word === correction.word);
    for (const term of word?.terms ?? []) corrected.set(term, correction);
  }
  const all = terms.all.flatMap((term) => corrected.get(term)?.terms ?? [term]);
  return { ...terms, all: [...new Set(all)], corrected };
}
