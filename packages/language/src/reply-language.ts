import { detectLanguage, nearnessTo } from "./detect.ts";
import { words } from "./words.ts";

/** Statistics err on every fourth question of one word or two, and on one of eighteen of three or four. Measured on 466 questions in nine languages. */
const tellingWords = 3;
const certainWords = 5;
/** How near a question must come to the language of the knowledge to count as asked in it, when it has fewer words than these, and in general. */
const nearOfFew = 0.85;
const near = 0.95;

/** Scripts with the language that most is written in, where several are. */
const scripts: readonly (readonly [RegExp, string])[] = [
  [/\p{Script=Latin}/gu, "en"],
  [/\p{Script=Cyrillic}/gu, "ru"],
  [/\p{Script=Arabic}/gu, "ar"],
  [/\p{Script=Devanagari}/gu, "hi"],
  [/\p{Script=Han}/gu, "zh"],
];

/**
 * ISO 639-1 codes of the languages in which a question may be replied to, the best first: one, unless the question is so short that its
 * language is a guess. A question of a word or two counts as asked in the language of the knowledge when both are written in the same script, a
 * longer one when it comes near to that language, and so do Chinese characters alone where the knowledge is Japanese.
 * @param ofKnowledge ISO 639-1, empty if unknown
 */
export function replyLanguages(question: string, ofKnowledge: string): string[] {
  const own = detectLanguage(question);
  const common = commonLanguage(question);
  const sameScript = ofKnowledge !== "" && common !== "" && common === commonOf(ofKnowledge);
  const isJapanese = own === "zh" && ofKnowledge === "ja";
  if (isJapanese || (sameScript && isNear(question, ofKnowledge))) return [ofKnowledge];
  const told = own === "" ? [sameScript ? ofKnowledge : common || ofKnowledge] : isShort(question) ? [own, common] : [own];
  return [...new Set(told.filter((language) => language !== ""))];
}

function isShort(question: string): boolean {
  return words(question).length < tellingWords;
}

function isNear(question: string, language: string): boolean {
  if (isShort(question)) return true;
  return nearnessTo(language, question) >= (words(question).length < certainWords ? nearOfFew : near);
}

/** Two letters in a row that are not Latin. */
const otherThanLatin = /(?:(?!\p{Script=Latin})\p{L}){2}/u;

/** Whether a question may be in a language by its letters: to one in Latin letters, foreign names are no more than letters here and there. */
export function isOfScript(question: string, language: string): boolean {
  const common = commonOf(language);
  return common === "en" ? !otherThanLatin.test(question) : common !== "" && commonLanguage(question) === common;
}

function commonLanguage(text: string): string {
  let best = "";
  let most = 0;
  for (const [pattern, language] of scripts) {
    const count = text.match(pattern)?.length ?? 0;
    if (count > most) [best, most] = [language, count];
  }
  return best;
}

const ofScript: Readonly<Record<string, string>> = Object.fromEntries([
  ..."be bg kk ky mk mn ru sr tg uk".split(" ").map((language) => [language, "ru"]),
  ..."ar ckb fa ps ur".split(" ").map((language) => [language, "ar"]),
  ..."hi mr ne sa".split(" ").map((language) => [language, "hi"]),
  ["zh", "zh"],
  ..."am bn el gu he hy ja ka km kn ko lo ml my or pa si ta te th".split(" ").map((language) => [language, ""]),
]);

/** The commonest language of the script that a language is written in. */
function commonOf(language: string): string {
  return ofScript[language] ?? "en";
}
