import { firstLetters, mostEdits, nearestTerms, nearnessTo } from "@parlance/ports";
import type { SearchIndexFile } from "./search-index-file.ts";
import type { PackedNear, PackedQuery } from "./search-index-messages.ts";

/** Near terms of one word. */
const mostTerms = 8;

/**
 * Terms near to the words that no chunk holds by any of their terms; `frequencies` are those of the query's terms. The other words cost
 * nothing. Runs inside of the search's transaction.
 */
export function nearTerms(file: SearchIndexFile, query: PackedQuery, frequencies: readonly number[]): PackedNear[] {
  const unknown = query.words.filter(({ terms }) => terms.every((position) => (frequencies[position] ?? 0) === 0));
  return unknown
    .filter(({ word }) => mostEdits(word) > 0)
    .map(({ word }) => ({ word, terms: nearTo(file, word, query.generation) }))
    .filter(({ terms }) => terms.length > 0);
}

function nearTo(file: SearchIndexFile, word: string, generation: number): PackedNear["terms"] {
  const example = file.prepare(
    `SELECT json FROM occurrence JOIN chunk ON chunk.id = occurrence.doc JOIN payload ON payload.id = chunk.id
     WHERE term = ? AND from_generation <= ? AND to_generation > ? LIMIT 1`,
  );
  const nearness = nearnessTo(word);
  const found = firstLetters(word).flatMap((letter) =>
    vocabularyOf(file, letter).flatMap(({ term, chunks }) => {
      const near = nearness(term);
      return near === undefined ? [] : { term, chunks, ...near };
    }),
  );
  const terms: PackedNear["terms"] = [];
  for (const { term } of nearestTerms(found, found.length)) {
    const row = example.get(term, generation, generation);
    if (row !== undefined) terms.push({ term, example: String(row["json"]) });
    if (terms.length === mostTerms) break;
  }
  return terms;
}

/** All terms that begin with the letter. FTS5 walks through every occurrence to tell them, so they are kept until the file is written. */
function vocabularyOf(file: SearchIndexFile, letter: string): readonly { term: string; chunks: number }[] {
  const { vocabulary } = file;
  const version = Number(file.prepare("PRAGMA data_version").get()?.["data_version"]);
  if (vocabulary.version !== version) {
    vocabulary.version = version;
    vocabulary.byLetter.clear();
  }
  const known = vocabulary.byLetter.get(letter);
  if (known !== undefined) return known;
  const next = String.fromCharCode(letter.charCodeAt(0) + 1);
  const rows = file.prepare("SELECT term, doc FROM temp.vocabulary WHERE term >= ? AND term < ?").all(letter, next);
  const terms = rows.map((row) => ({ term: String(row["term"]), chunks: Number(row["doc"]) }));
  vocabulary.byLetter.set(letter, terms);
  return terms;
}
