import { contentTerms } from "./analyze.ts";
import { askedFact, goesOn } from "./asked-kind.ts";
import { detectLanguage } from "./detect.ts";
import { fold } from "./fold.ts";
import { functionWords } from "./function-words.ts";
import { words } from "./words.ts";

/**
 * How much of what a question means stands in what was said before it: nothing; some of it ("Can I bring my dog there?", "And in winter?"); what it asks
 * a fact of ("And how long is it valid?"); or all that it is about ("How much?").
 */
export type FollowUp = "none" | "leans" | "asks of it" | "names nothing";

/** Words that point back at what was said, by ISO 639-1. Short on purpose: a wrong one drags old topics along, so words that are articles as well are left out. */
const backward = sets({
  en: "it its they them their theirs he him she her hers his this that these those there ones same else instead also too then so",
  de: "er sie es ihn ihm ihr ihre ihren ihrem dies diese dieser dieses diesen das dort davon dafür damit dazu daran darin auch dann",
  es: "él ella ello ellos ellas esto esta este eso esa ese estos estas esos esas allí también entonces",
  fr: "il elle ils elles lui leur cela ça celui celle ceux celles y aussi alors là",
  it: "lui lei esso essa essi esse loro questo questa questi queste ciò ne anche allora invece",
  pt: "ele ela eles elas isso isto este esta estes estas esse essa esses essas também então lá",
  nl: "hij zij ze hem dit dat deze die ervan ermee daar ook",
  ru: "он она оно они его ее её их ему ей им это этот эта эти тот та то те там тоже также тогда",
  tr: "o onu ona onun onlar onları bu bunu buna bunun bunlar şu orada orası de da ise",
  ro: "el ea ei ele îl îi le acesta aceasta acestea acela aceea asta acolo atunci",
  el: "αυτός αυτή αυτό αυτοί αυτές αυτά εκεί επίσης τότε",
  vi: "nó họ đó này kia ấy vậy cũng",
  hi: "यह वह ये वे इसका इसकी इसके इसे उसका उसकी उसके उसे वहाँ वहां भी",
  ar: "هو هي هم هذا هذه ذلك تلك هناك أيضا",
});

/** Where such a word stands for nothing. */
const empty =
  /(?<!\p{L})(?:(?:is|are|was|were) there|there(?:['’]s| is| are)|(?:is|was) it (?:true|\p{L}+(?= to ))|(?:does|will|would|did) it (?:cost|take)(?= .*(?<!\p{L})to )|gibt es|es gibt|(?:ist|wäre) es (?:möglich|erlaubt)|y a-t-il|il y a|est-il|faut-il|c['’]è|ci sono)(?!\p{L})/giu;
/** "Which one is it?", and not "one ticket". */
const theOne = /(?<!\p{L})(?:(?:which|this|that|the|other|another) one(?!\p{L})|one\P{L}*$)/iu;
/** German by its capital letters: an article before its noun, and the polite form. */
const emptyInGerman = /(?<!\p{L})das (?=\p{Lu})|(?<=\S )(?:Sie|Ihr|Ihre[mnrs]?|Ihnen)(?!\p{L})|^\p{L}+en [Ss]ie(?!\p{L})/gu;

/** Verbs of a question that is one by itself, and words that Russian asks with in place of one. */
const verbs = sets({
  en: "is are was were do does did can could may must will would should has have had where's who's what's",
  de: "ist sind war hat haben kann können darf dürfen muss gibt wird werden kostet",
  es: "es son está están hay tiene tienen puedo puede pueden cuesta",
  fr: "est sont est-ce avez a-t-il a-t-elle y-a-t-il peut puis faut coûte",
  it: "è sono c'è avete ha posso può costa",
  pt: "é são está há tem têm posso pode custa",
  nl: "is zijn heeft hebben kan mag kost",
  ru: "где кто есть можно нужно какой какая какие",
});

/** Content terms of a question that points back, of one that goes on with the one before, and of one that names a thing and asks nothing of it. */
const mostTerms = { pointing: 6, goingOn: 3, naming: 1 };
/** Words of the last two. */
const mostWords = 6;

/** Questions for a kind of fact and nothing else, in languages whose questions {@link askedFact} does not know. */
const bare = new RegExp(
  `^(?:${[
    "(?:那|要|加|需要|大概|一共|还)*(?:多少钱?|几点|什么时候|多久|多长时间|在?哪里|价格(?:是多少)?|怎么卖)(?:钱|呢|啊|开始|结束)*",
    "(?:それは|では)?(?:いくら|何時(?:から|まで)?|いつ(?:から|まで)?|どこ|どのくらい|(?:値段|料金)は(?:いくら)?)(?:です|でしょう)?か?",
    "(?:그건|가격은)?\\s*(?:얼마|언제|어디|몇 시)(?:예요|에요|이에요|인가요|입니까|까지|부터)*",
    "(?:و)?(?:بكم|كم|متى|أين)(?: (?:السعر|سعره|سعرها|يكلف|تكلف|الثمن|ثمنه|هو|هي))?",
    "(?:fiyat[ıi] )?ne kadar(?: tutuyor)?|kaça|saat kaçta|nerede",
    "c[âa]t (?:cost[ăa]|face|este|e)",
    "πόσο (?:κάνει|κοστίζει|κάνουν|κοστίζουν)",
    "(?:giá )?bao nhiêu(?: tiền)?",
    "(?:कीमत )?(?:कितने|कितना|कितनी)(?: (?:का|की|के))?(?: है)?",
    "(?:ราคา)?(?:เท่าไหร่|เท่าไร)|กี่โมง|เมื่อไหร่|ที่ไหน",
  ].join("|")})$`,
  "iu",
);

/** How much a question leans on what was said before it, as far as its own words tell. */
export function followUpOf(question: string): FollowUp {
  const language = detectLanguage(question);
  if (namesNothing(question, language)) return "names nothing";
  const terms = contentTerms(question, language).length;
  if (pointsBack(question, language)) {
    if (terms > mostTerms.pointing) return "none";
    return askedFact(question, language) === undefined ? "leans" : "asks of it";
  }
  const found = words(question);
  const isWhole = found.length > mostWords || found.some((word) => verbs.get(language)?.has(word));
  const most = goesOn.test(question.trim()) ? mostTerms.goingOn : mostTerms.naming;
  return !isWhole && terms <= most ? "leans" : "none";
}

function namesNothing(question: string, language: string): boolean {
  const known = functionWords(language);
  const isKnown = (text: string) => words(text).every((word) => known.has(fold(word)));
  const about = askedFact(question, language)?.about;
  const plain = question.normalize("NFKC").replaceAll(/[\p{P}\s]+$|^[\p{P}\s]+/gu, "");
  return bare.test(plain) || isKnown(question) || (about !== undefined && isKnown(about));
}

function pointsBack(question: string, language: string): boolean {
  const said = question.replace(empty, " ");
  const found = words(language === "de" ? said.replace(emptyInGerman, " ") : said);
  return found.some((word) => backward.get(language)?.has(word)) || (language === "en" && theOne.test(said));
}

function sets(lists: Readonly<Record<string, string>>): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(Object.entries(lists).map(([language, list]) => [language, new Set(list.split(" "))]));
}
