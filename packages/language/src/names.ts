const asks = /\b(?:who|whom|whose|what|which|when|where|why|how)\b/iu;
const name = /(?<=\p{L}[\p{L}\p{N}’'-]*,? ["“«(]?)\p{Lu}\p{Ll}\p{L}*/gu;
/** Share of words with a capital letter from which a question is typed like a title. */
const titleCase = 0.6;

/**
 * Names in an English question that asks for something other than yes or no: words with a capital letter that do not begin it. None in a question typed
 * like a title, and none in other languages, where no model tells whether a name is only written in another way.
 * @param language ISO 639-1
 */
export function namesIn(question: string, language: string): string[] {
  if (language !== "en" || !asks.test(question)) return [];
  const words = question.match(/\p{L}+/gu) ?? [];
  const capital = words.filter((word) => /^\p{Lu}/u.test(word)).length;
  return capital >= titleCase * words.length ? [] : (question.match(name) ?? []);
}
