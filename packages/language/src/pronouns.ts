/** Words in place of what was named before, by ISO 639-1: of questions and sentences, then those of questions alone, and of sentences alone. */
const lists: Readonly<Record<string, readonly [both: string, questions: string, sentences?: string]>> = {
  en: [
    "it its they them their theirs he him his she her hers this that these those",
    "there ones same else instead also too then so",
    "each both one another such",
  ],
  de: [
    "er sie es ihn ihm ihr ihre ihren ihrem diese dieser dieses diesen dort davon dafür damit dazu daran darin",
    "dies das auch dann",
    "ihnen sein seine seinen diesem jeder jede jedes beide",
  ],
  es: [
    "él ella ello ellos ellas esto esta este estos estas eso ese esa esos esas allí",
    "también entonces",
    "lo la le les su sus ambos cada",
  ],
  fr: [
    "il elle ils elles lui leur cela ça celui celle ceux celles y",
    "aussi alors là",
    "leurs ce ceci cet cette ces en son sa ses chacun chacune",
  ],
  it: [
    "lui lei esso essa essi esse loro questo questa questi queste ciò ne",
    "anche allora invece",
    "lo suo sua suoi sue ognuno entrambi",
  ],
  pt: [
    "ele ela eles elas isso isto este esta estes estas esse essa esses essas lá",
    "também então",
    "seu sua seus suas ambos cada",
  ],
  nl: ["hij zij ze hem dit dat deze die ervan ermee daar", "ook", "het haar hun elk elke beide zijn"],
  ru: [
    "он она оно они его её ее их ему ей им это этот эта эти там",
    "тот та то те тоже также тогда",
    "него неё нее них ней ним этого каждый каждая оба",
  ],
  tr: ["o onu ona onun onlar onları bu bunu buna bunun bunlar şu orada", "orası de da ise", "her"],
  ro: ["el ea ei ele îl îi acesta aceasta acestea acela aceea asta acolo", "le atunci", "fiecare"],
  el: ["αυτός αυτή αυτό αυτοί αυτές αυτά εκεί", "επίσης τότε", "του της τους καθένα"],
  vi: ["", "nó họ đó này kia ấy vậy cũng"],
  hi: [
    "यह वह ये वे इसका इसकी इसके इसे उसका उसकी उसके उसे",
    "वहाँ वहां भी",
    "इस उस इन उन इसने इसमें इनका इनकी इनके इन्हें इन्होंने उसने उसमें उनका उनकी उनके उन्हें उन्होंने दोनों",
  ],
  ar: ["هو هي هم هذا هذه ذلك تلك", "هناك أيضا", "هما هؤلاء وهو وهي وهم وهذا وهذه وذلك وتلك إنه إنها"],
  th: ["", "", "เขา เธอ พวกเขา มัน ท่าน พระองค์ นี่ นั่น"],
  pl: ["on ona ono oni one jego jej ich im", "to też także", "ten ta te tego tej tym"],
};

export type Place = "question" | "sentence";

/** Where such a word stands for nothing. */
const empty =
  /(?<!\p{L})(?:(?:is|are|was|were) there|there(?:['’]s| is| are)|(?:is|was) it (?:true|\p{L}+(?= to ))|(?:does|will|would|did) it (?:cost|take)(?= .{0,200}(?<!\p{L})to )|gibt es|es gibt|(?:ist|wäre) es (?:möglich|erlaubt)|es ist möglich|y a-t-il|il y a|il (?:faut|est possible)|est-il|faut-il|c['’]è|ci sono)(?!\p{L})/giu;
/** German by its capital letters: an article before its noun, and the polite form. */
const emptyInGerman = /(?<!\p{L})das (?=\p{Lu})|(?<=\S )(?:Sie|Ihr|Ihre[mnrs]?|Ihnen)(?!\p{L})|^\p{L}+en [Ss]ie(?!\p{L})/gu;
const sets = new Map<string, ReadonlySet<string>>();

/**
 * Words in lower case by which a question or a sentence of a language points back. Short on purpose for questions, where a wrong one drags old topics
 * along: words that are articles as well count in sentences alone, and there at the beginning.
 * @param language ISO 639-1
 */
export function pronouns(language: string, place: Place): ReadonlySet<string> {
  const key = `${place} ${language}`;
  let known = sets.get(key);
  if (known === undefined) {
    const [both = "", questions = "", sentences = ""] = lists[language] ?? [];
    known = new Set(`${both} ${place === "question" ? questions : sentences}`.split(" ").filter((word) => word !== ""));
    sets.set(key, known);
  }
  return known;
}

/** A text without the pronouns that stand for nothing: "there is", "es gibt", the polite form of German. */
export function withoutEmpty(text: string, language: string): string {
  const said = text.replace(empty, " ");
  return language === "de" ? said.replace(emptyInGerman, " ") : said;
}
