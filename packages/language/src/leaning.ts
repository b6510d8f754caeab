import { pronouns, withoutEmpty } from "./pronouns.ts";
import { words } from "./words.ts";

const chinese = /^(?:它|他|她|它们|他们|她们|这|那|该|其)/u;
/** Words of a sentence within which its subject stands. */
const within = 4;

/**
 * Whether a sentence speaks of what one before it names: a pronoun stands at its beginning. Sentences that leave the subject out altogether are not known.
 * @param language ISO 639-1
 */
export function leansBack(sentence: string, language: string): boolean {
  if (language === "zh") return chinese.test(sentence);
  const beginning = words(withoutEmpty(sentence.slice(0, 80), language)).slice(0, within);
  return beginning.some((word) => pronouns(language, "sentence").has(word));
}
