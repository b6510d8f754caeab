import { analyze, functionWords, isCommonWord, surfaceForms } from "@parlance/language";
import { editsBetween, mostEdits, type IndexResult, type NearTerm, type QueryWord } from "@parlance/ports";

/** A word that no chunk holds, and what was meant by it. */
export interface Correction {
  /** As typed, folded. */
  word: string;
  /** The most likely word in its place. */
  form: string;
  /** Terms that are looked for in its place, at most three; none when a function word was meant, which carries no meaning. */
  terms: readonly string[];
  /** What a term counts that is held in its place, 0 to 1, where it is known to say the same; see `guessValue` for guesses. */
  worth?: number;
}

/** Questions have fewer of them; for each one the index is looked through, and the passages that hold words near to it. */
const mostWords = 20;
/** Beyond this a passage is a list, in which it would take long to find a form. */
const longestExample = 10_000;
/** Terms as near as the nearest one: which of them was meant is left to the other words of the question. */
const mostReadings = 3;
/** Shorter function words lie near to too many words. */
const shortestFunctionWord = 4;

/**
 * The words of a question that may turn out to be misspelt. Common words of any of the languages never are, nor those of the language it is typed in,
 * `own`: what stands in their place by chance would say something else. Of a long text the first ones alone.
 */
export function questionWords(query: string, languages: readonly string[], own = ""): QueryWord[] {
  const written = [...languages, own];
  const [first = new Set<string>(), ...others] = languages.map((language) => new Set(surfaceForms(query, language)));
  return [...first]
    .filter((word) => mostEdits(word) > 0 && others.every((forms) => forms.has(word)))
    .filter((word) => !written.some((language) => isCommonWord(word, language)))
    .slice(0, mostWords)
    .map((word) => ({ word, terms: [...new Set(languages.flatMap((language) => analyze(word, language)))] }));
}

/**
 * What words of a question that no chunk holds may stand for: words of the knowledge, or function words, that are an edit or two away. A word
 * that is near to nothing stays what it is: unknown to this knowledge.
 */
export function corrections(words: readonly QueryWord[], result: IndexResult, languages: readonly string[]): Correction[] {
  const unknown = words.filter(({ terms }) => terms.every((term) => (result.documentFrequency.get(term) ?? 0) === 0));
  return unknown.flatMap(({ word }) => correct(word, result.near.get(word) ?? [], languages) ?? []);
}

/** The question with the corrected words in place of those that were typed. */
export function correctedText(query: string, made: readonly Correction[]): string {
  const forms = new Map(made.map(({ word, form }) => [word, form]));
  return query.replace(/[\p{L}\p{M}\p{N}]+/gu, (typed) => forms.get(surfaceForms(typed, "")[0] ?? "") ?? typed);
}

function correct(word: string, near: readonly NearTerm[], languages: readonly string[]): Correction | undefined {
  const readings = near.flatMap(({ term, example }) => {
    const form = writtenForm(word, term, example);
    return form === undefined ? [] : [{ term, ...form }];
  });
  const best = Math.min(...readings.map(({ edits }) => edits));
  const meant = best >= 1 ? nearFunctionWord(word, languages) : undefined;
  if (meant !== undefined) return { word, form: meant, terms: [] };
  const nearest = readings.filter(({ edits }) => edits === best).slice(0, mostReadings);
  const [first] = nearest;
  return first && { word, form: first.form, terms: nearest.map(({ term }) => term) };
}

/**
 * The form of the term in the chunk that is nearest to what was typed, if that or the stems of both are near enough: the chunk may hold
 * another form than the one that was meant.
 */
function writtenForm(word: string, term: string, { headings, text, language }: NearTerm["example"]) {
  const forms = new Set(surfaceForms([...headings, text].join("\n").slice(0, longestExample), language));
  const held = [...forms].filter((form) => form[0] === term[0] && analyze(form, language)[0] === term);
  const [nearest] = held.map((form) => ({ form, edits: editsBetween(word, form) })).toSorted((a, b) => a.edits - b.edits);
  if (nearest === undefined) return undefined;
  const edits = Math.min(nearest.edits, editsBetween(analyze(word, language)[0] ?? word, term));
  return edits > mostEdits(word) ? undefined : { form: nearest.form, edits };
}

/** One edit away at most: these words are short, and more of them than of any other are misspelt, so that they go before all others. */
function nearFunctionWord(word: string, languages: readonly string[]): string | undefined {
  for (const language of languages) {
    for (const candidate of functionWords(language)) {
      if (candidate.length < shortestFunctionWord || Math.abs(candidate.length - word.length) > 1) continue;
      if (candidate[0] === word[0] && editsBetween(word, candidate) === 1) return candidate;
    }
  }
  return undefined;
}
