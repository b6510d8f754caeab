import { contentTerms, detectLanguage, smallTalk, words } from "@parlance/language";

export interface Said {
  role: string;
  content: string;
}

/** Words by which a question points back at what was said before; short on purpose, a wrong one would drag old topics along. */
const backward: Readonly<Record<string, ReadonlySet<string>>> = {
  en: wordSet(
    "it its they them their theirs he she him her his hers this that these those there one ones same else instead also too then so",
  ),
  de: wordSet(
    "er sie es ihn ihm ihr ihre ihren ihrem dies diese dieser dieses diesen das dort davon dafür damit dazu daran darin auch dann",
  ),
  es: wordSet(
    "él ella ello ellos ellas lo la los las le les esto esta este eso esa ese estos estas esos esas allí también entonces",
  ),
  fr: wordSet("il elle ils elles le la les lui leur ce cela ça celui celle ceux celles y en aussi alors là"),
  ru: wordSet("он она оно они его ее её их ему ей им это этот эта эти тот та то те там тоже также тогда"),
  tr: wordSet("o onu ona onun onlar onları bu bunu buna bunun bunlar şu orada orası de da ise"),
  ro: wordSet("el ea ei ele îl o îi le acesta aceasta acestea acela aceea asta acolo de asemenea atunci"),
  el: wordSet("αυτός αυτή αυτό αυτοί αυτές αυτά του της τους εκεί επίσης τότε"),
  vi: wordSet("nó họ đó này kia ấy vậy cũng"),
};

/**
 * The question that the last user message asks, made to stand alone: when it leans on what was said before ("and how much is it?"),
 * the question before it is put in front, so that retrieval finds what it means. Without a model no sentence can be rewritten, but its
 * words can be joined by those it refers to. Greetings and thanks before it are nothing to lean on.
 * @returns "" when no user message has text
 */
export function standaloneQuestion(messages: readonly Said[]): string {
  const asked = messages
    .filter((message) => message.role === "user" && message.content.trim() !== "")
    .map((message) => message.content.trim());
  const question = asked.at(-1) ?? "";
  const before = asked.slice(0, -1).findLast((content) => smallTalk(content) === undefined);
  if (before === undefined || !leansBack(question)) return question;
  return `${before}\n${question}`;
}

function leansBack(question: string): boolean {
  const language = detectLanguage(question);
  const found = words(question);
  const content = contentTerms(question, language);
  if (found.some((word) => backward[language]?.has(word))) return content.length <= 6;
  // "And in winter?" names one thing and asks nothing of it.
  return content.length <= 1 && found.length <= 5;
}

function wordSet(list: string): ReadonlySet<string> {
  return new Set(list.split(" "));
}
