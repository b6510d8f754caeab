import { fold } from "./fold.ts";
import { isFunctionWord } from "./function-words.ts";
import { isOfScript, replyLanguages } from "./reply-language.ts";
import { words } from "./words.ts";

/** How far an embedding model understands that a text says what a question asks: as well as English, as far as fifteen languages in one small model go, or not. */
export type Understanding = "well" | "roughly" | "not";

/** What of an embedding model tells that. */
export interface ModelLanguages {
  /** It understands all languages well. */
  multilingual: boolean;
  /** ISO 639-1 codes of those that it understands roughly, whatever language a question is asked in; without any, it knows English alone. */
  roughly: readonly string[];
}

/** A question to documents in one or more languages. */
export interface Spoken {
  /** By which part of a model it is read. */
  reading: "english" | "any";
  /** Whether it is asked in a language, as far as so few words tell. */
  isAskedIn: (language: string) => boolean;
}

/** How a question is read that is put to documents of which some are `english` or none is. */
export function spoken(question: string, { english }: { english: boolean }): Spoken {
  const told = new Map<string, boolean>();
  // Many chunks are of one language, and each time to tell whether a text is in it would add up.
  const isAskedIn = (language: string): boolean => {
    const known = told.get(language) ?? isIn(question, language);
    told.set(language, known);
    return known;
  };
  return { reading: english && isAskedIn("en") ? "english" : "any", isAskedIn };
}

/** Names, codes and misspelt words look like any language; small words of one, or another script, are what a language has not. */
function isIn(question: string, language: string): boolean {
  const [own = language] = replyLanguages(question, language);
  if (own === language) return true;
  if (!isOfScript(question, language)) return false;
  return !words(question).some((word) => isFunctionWord(fold(word), own, word) && !isFunctionWord(fold(word), language, word));
}

/** How far the cosine of a question that is read so, and of a document, may be trusted. */
export function understandingOf(
  { multilingual, roughly }: ModelLanguages,
  reading: Spoken["reading"],
  document: { language: string; english: boolean },
): Understanding {
  const knowsEnglishAlone = roughly.length === 0;
  if (multilingual || (document.english && (reading === "english" || knowsEnglishAlone))) return "well";
  return reading === "any" && (document.english || roughly.includes(document.language)) ? "roughly" : "not";
}
