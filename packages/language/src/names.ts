/** Words that ask for something other than yes or no. */
const open: Readonly<Record<string, string>> = {
  en: "who|whom|whose|what|which|when|where|why|how",
  es: "qui[eé]n(?:es)?|qu[eé]|cu[aá]l(?:es)?|cu[aá]ndo|d[oó]nde|ad[oó]nde|c[oó]mo|cu[aá]nt[oa]s?",
  fr: "qui|que|quoi|quel|quelle|quels|quelles|quand|où|comment|pourquoi|combien",
  it: "chi|che|cosa|quale|quali|qual|quando|dove|come|perché|quant[oaie]",
  pt: "quem|que|qual|quais|quando|onde|como|quant[oa]s?",
  nl: "wie|wat|welke?|wanneer|waar|waarom|hoe|hoeveel",
  ru: "кто|кого|кому|кем|что|чего|чем|чей|чья|чью|чьи|какой|какая|какое|какие|какого|каком|какую|когда|где|куда|откуда|почему|как|сколько",
};
const name = /(?<=\p{L}[\p{L}\p{N}’'-]*,? ["“«(]?)\p{Lu}\p{Ll}[\p{L}]*/gu;
/** Share of capital letters at the beginnings of words from which a question is typed like a title. */
const titleCase = 0.6;

/**
 * Names in a question that asks for something other than yes or no: words with a capital letter that do not begin it. None in languages whose questions are
 * not known, in German, which writes all nouns so, and in a question typed like a title.
 * @param language ISO 639-1
 */
export function namesIn(question: string, language: string): string[] {
  const asks = open[language];
  if (asks === undefined || !new RegExp(`(?<!\\p{L})(?:${asks})(?!\\p{L})`, "iu").test(question)) return [];
  const words = question.match(/\p{L}+/gu) ?? [];
  const capital = words.filter((word) => /^\p{Lu}/u.test(word)).length;
  return capital >= titleCase * words.length ? [] : (question.match(name) ?? []);
}
