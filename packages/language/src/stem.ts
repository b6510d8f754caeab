import { stem } from "multilingual-stemmer";
import type { IsoCode } from "multilingual-stemmer";

/** Languages with a Snowball stemmer, by ISO 639-1. */
const stemmed = new Set<string>(
  "ar ca cs da de el en es et eu fa fi fr ga hi hu hy id it lt ne nl no pl pt ro ru sr sv ta tr yi".split(" "),
);
const cacheLimit = 50_000;
const caches = new Map<string, Map<string, string>>();

/** Snowball stem of a folded word in its language; the word itself where the language is unknown or has no stemmer. */
export function stemWord(word: string, language: string): string {
  if (!stemmed.has(language)) return word;
  let cache = caches.get(language);
  if (cache === undefined) caches.set(language, (cache = new Map()));
  let found = cache.get(word);
  if (found === undefined) {
    if (cache.size >= cacheLimit) cache.clear();
    found = stem(language as IsoCode, word) || word;
    cache.set(word, found);
  }
  return found;
}
