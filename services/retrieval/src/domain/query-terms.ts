import { analyze, contentTerms } from "@parlance/language";

/** A question in the words of each language that the knowledge is written in. */
export interface QueryTerms {
  /** Distinct terms over all languages. */
  all: string[];
  /** Terms that carry the question's meaning, by the language of the chunk they are compared with. */
  contentByLanguage: ReadonlyMap<string, readonly string[]>;
}

/** More languages than this in one chatbot are rare, and every one adds terms to each search. */
const mostLanguages = 8;

/**
 * Analyses a question as the documents were: a question typed in one language may well be answered by a document in another, and only
 * terms made by the document's own stemmer can match.
 */
export function queryTerms(query: string, languages: readonly string[]): QueryTerms {
  const all = new Set<string>();
  const contentByLanguage = new Map<string, readonly string[]>();
  for (const language of languages.length === 0 ? [""] : languages.slice(0, mostLanguages)) {
    for (const term of analyze(query, language)) all.add(term);
    contentByLanguage.set(language, contentTerms(query, language));
  }
  return { all: [...all], contentByLanguage };
}
