import { functionWords } from "./function-words.ts";
import { fold } from "./fold.ts";

/** Words for "and", and words that begin a question, by ISO 639-1. */
const joints: Readonly<Record<string, readonly [and: string, asks: string]>> = {
  en: ["and", "how what when where who whose which why is are do does did can could may must will should"],
  de: [
    "und",
    "wie wieviel was wann wo woher wohin wer wem wen wessen welche welcher welches welchen welchem warum wieso kann muss darf gibt ist sind hat",
  ],
  es: ["y", "cómo qué cuándo cuánto cuánta cuántos cuántas dónde quién quiénes cuál cuáles por a en de con hasta desde"],
  fr: ["et", "comment que qu' quand combien où qui quel quelle quels quelles pourquoi est-ce à jusqu'à"],
  pt: ["e", "como que quando quanto quanta quantos quantas onde quem qual quais por até"],
  it: ["e", "come che cosa quando quanto quanta quanti quante dove chi qual quale quali perché"],
  nl: ["en", "hoe hoeveel wat wanneer waar wie welke welk waarom kan moet mag is zijn"],
  ru: ["и", "как что когда где куда откуда кто кого чей сколько какой какая какое какие каков почему зачем можно нужно"],
};
const mostParts = 3;
/** Prepositions that begin a question only before a question word. */
const leading = new Set("por a en de con hasta desde à jusqu'à até".split(" "));

/**
 * The questions that one message asks: what stands between question marks, and what is joined by "and" with a question word after it. The message
 * itself where it asks one thing only, and where it stands under another question that it follows.
 */
export function questionParts(text: string, language: string): string[] {
  if (text.includes("\n")) return [text];
  const sentences = text.split(/(?<=[?？؟])\s*/u).filter((part) => /[\p{L}\p{N}]/u.test(part));
  const parts = sentences.flatMap((sentence) => splitAtJoints(sentence, language));
  return parts.length > 1 && parts.length <= mostParts && parts.every((part) => saysSomething(part, language)) ? parts : [text];
}

function splitAtJoints(sentence: string, language: string): string[] {
  const joint = joints[language];
  if (joint === undefined) return [sentence];
  const [and, asks] = joint;
  const begins = new Set(asks.split(" "));
  const parts: string[] = [];
  let start = 0;
  for (const match of sentence.matchAll(/(?<=\s)(\p{L}+)\s+(?=([\p{L}'’-]+)(?:\s+(\p{L}+))?)/gu)) {
    const [whole, word = "", next = "", afterNext = ""] = match.map((found) => found?.toLowerCase());
    const asked = leading.has(next) ? afterNext : next;
    if (word !== and || match.index <= start || !begins.has(asked) || leading.has(asked)) continue;
    parts.push(sentence.slice(start, match.index).trimEnd());
    start = match.index + (whole?.length ?? 0);
  }
  return [...parts, sentence.slice(start)];
}

/** Has a word that is no function word. */
function saysSomething(part: string, language: string): boolean {
  const known = functionWords(language);
  return (part.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).some((word) => !known.has(fold(word)));
}
