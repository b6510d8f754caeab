import { fold } from "./fold.ts";
import { isFunctionWord } from "./function-words.ts";
import { stemWord } from "./stem.ts";
import { words } from "./words.ts";

const apostrophe = /['’ʼ]/;
const hiragana = /^[\p{Script=Hiragana}ー]+$/u;
const asksInChinese =
  /请问|有没有|[是有要]?多少钱?|是?什么|(?:应该|该)?(?:怎么样?|如何|怎样)[办做]?|[是在]?(?:哪里|哪儿|哪个)|[是在]?什么时候|几点|[有要]?多[久大长高重远宽深]|是?为什么|是?谁|[吗呢吧啊]/gu;
/** English endings behind an apostrophe that carry no meaning of their own. */
const englishClitics = new Set(["s", "re", "ve", "ll", "d", "m"]);

/**
 * Index terms of a text: its words in order, folded and stemmed in the language (ISO 639-1, empty if unknown). A question must be
 * analysed in the language of the text it is compared with.
 */
export function analyze(text: string, language: string): string[] {
  return surfaceForms(text, language).map((form) => stemWord(form, language));
}

/** The words of a text as {@link analyze} sees them before stemming, one for each of its terms. */
export function surfaceForms(text: string, language: string): string[] {
  return formsOf(text, language).map(({ form }) => form);
}

export interface Form {
  /** In lower case. */
  written: string;
  /** Folded; not empty. */
  form: string;
}

/** The words of a text in order, before and after folding. */
export function formsOf(text: string, language: string): Form[] {
  return words(text)
    .flatMap((word) => splitApostrophe(word, language))
    .map((written) => ({ written, form: fold(written) }))
    .filter(({ form }) => form !== "");
}

/**
 * Distinct terms of a question that carry its meaning, in the language of what they are compared with: function and question words are left out,
 * unless nothing else is there. `own` is the language of the question itself, whose function words say nothing about a text in another.
 */
export function contentTerms(text: string, language: string, own = language): string[] {
  const forms = formsOf(language === "zh" ? withoutAsking(text) : text, language);
  const content = forms.filter((form) => isContent(form, language, own));
  return [...new Set((content.length > 0 ? content : forms).map(({ form }) => stemWord(form, language)))];
}

/** Whether a text holds any word that carries meaning. */
export function hasContent(text: string, language: string): boolean {
  return formsOf(text, language).some((form) => isContent(form, language, language));
}

/** Whether a word carries meaning in a text of the language or, typed in language `own`, in a question. */
export function isContent({ form, written }: Form, language: string, own: string): boolean {
  return !isFunctionWord(form, language, written) && !isFunctionWord(form, own, written) && !isGrammar(form, language);
}

/**
 * A short Chinese question without the words that ask: of "尺寸是多少" only one pair of characters in four tells what it is about. Where more is told, the
 * words that ask are few among the others, and without them more foreign questions are answered.
 */
function withoutAsking(question: string): string {
  const about = question.replaceAll(asksInChinese, " ").match(/[\p{L}\p{N}]+/gu) ?? [];
  return about.length === 1 && /^\p{Script=Han}{2,4}$/u.test(about[0] ?? "") ? (about[0] ?? "") : question;
}

/** Endings and particles, which Japanese writes in a script of their own; the words of a question that tell what it is about seldom are. */
function isGrammar(form: string, language: string): boolean {
  return language === "ja" && hiragana.test(form);
}

function splitApostrophe(word: string, language: string): string[] {
  if (!apostrophe.test(word)) return [word];
  const parts = word.split(apostrophe);
  if (language === "en" || language === "") {
    const last = parts.at(-1) ?? "";
    return englishClitics.has(last) ? [parts.slice(0, -1).join("")] : [parts.join("")];
  }
  // Turkish sets off the endings of names: "Bulvarı'na" is "Bulvarı".
  if (language === "tr") return parts.slice(0, 1);
  // French and Italian elide the article: both sides of "l'heure" are words.
  return parts;
}
