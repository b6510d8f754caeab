import { words } from "./words.ts";

/** Words in place of a noun that was named before, by ISO 639-1. */
const pronouns: Readonly<Record<string, string>> = {
  en: "it its they them their theirs he him his she her hers this that these those each both one another such",
  de: "er sie es ihn ihm ihr ihre ihren ihrem ihnen sein seine seinen dieser diese dieses diesen diesem jeder jede jedes beide davon dafür damit dazu daran darin dort",
  es: "él ella ello ellos ellas lo la le les esto este esta estos estas eso ese esa su sus ambos allí cada",
  fr: "il elle ils elles lui leur leurs ce cela ça celui celle ceux celles ceci cet cette ces y en son sa ses chacun chacune",
  it: "lui lei esso essa essi esse loro questo questa questi queste ciò lo suo sua suoi sue ne ognuno entrambi",
  pt: "ele ela eles elas isso isto este esta estes estas esse essa seu sua seus suas ambos lá cada",
  nl: "hij zij ze het hem haar hun dit dat deze die ervan ermee daar elk elke beide zijn",
  ru: "он она оно они его её ее их ему ей им него неё нее них ней ним это этот эта эти этого там каждый каждая оба",
  tr: "o onu ona onun onlar onları bu bunu buna bunun bunlar şu orada her",
  ro: "el ea ei ele îl îi acesta aceasta acestea acela aceea acolo fiecare",
  el: "αυτός αυτή αυτό αυτοί αυτές αυτά του της τους εκεί καθένα",
};
const chinese = /^(?:它|他|她|它们|他们|她们|这|那|该|其)/u;
/** Pronouns that stand for nothing: "there is", "one must". */
const expletives = /(?<!\p{L})(?:gibt es|es gibt|es ist möglich|il y a|il faut|il est possible)(?!\p{L})/giu;
const sets = new Map<string, ReadonlySet<string>>();
/** Words of a sentence within which its subject stands. */
const within = 4;

/**
 * Whether a sentence speaks of what one before it names: a pronoun stands at its beginning. Sentences that leave the subject out altogether are not known.
 * @param language ISO 639-1
 */
export function leansBack(sentence: string, language: string): boolean {
  if (language === "zh") return chinese.test(sentence);
  let known = sets.get(language);
  if (known === undefined) sets.set(language, (known = new Set((pronouns[language] ?? "").split(" "))));
  return words(sentence.slice(0, 80).replace(expletives, " "))
    .slice(0, within)
    .some((word) => known.has(word));
}
