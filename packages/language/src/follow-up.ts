import { contentTerms } from "./analyze.ts";
import { askedFact, goesOn, termsOfParticular } from "./asked-kind.ts";
import { detectLanguage } from "./detect.ts";
import { fold } from "./fold.ts";
import { functionWords } from "./function-words.ts";
import { particularTerm } from "./particulars.ts";
import { pronouns, withoutEmpty } from "./pronouns.ts";
import { words } from "./words.ts";

/**
 * How much of what a question means stands in what was said before it: nothing; some of it ("Can I bring my dog there?", "And in winter?"); what it asks
 * a fact of ("And how long is it valid?"); or all that it is about ("How much?").
 */
export type FollowUp = "none" | "leans" | "asks of it" | "names nothing";

/** "Which one is it?", and not "one ticket". */
const theOne = /(?<!\p{L})(?:(?:which|this|that|the|other|another) one(?!\p{L})|one\P{L}*$)/iu;
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
  if (asksOwner(question, language) && !pointsBack(question, language)) return "none";
  if (namesNothing(question, language)) return "names nothing";
  const terms = contentTerms(question, language).length;
  if (pointsBack(question, language)) {
    if (terms > mostTerms.pointing) return "none";
    return askedFact(question, language) === undefined ? "leans" : "asks of it";
  }
  const isWhole = words(question).some((word) => verbs.get(language)?.has(word));
  const most = goesOn.test(question.trim()) ? mostTerms.goingOn : mostTerms.naming;
  return !isWhole && terms <= most ? "leans" : "none";
}

/** "And your phone number?" asks the owner of the site, whatever was spoken of before; a price is of that. */
function asksOwner(question: string, language: string): boolean {
  const particular = termsOfParticular(question, language);
  return particular?.length === 1 && particular[0] !== particularTerm("price");
}

function namesNothing(question: string, language: string): boolean {
  const known = functionWords(language);
  const isKnown = (text: string) => words(text).every((word) => known.has(fold(word)));
  const about = askedFact(question, language)?.about;
  const plain = /[^\p{P}\s](?:.*[^\p{P}\s])?/su.exec(question.normalize("NFKC"))?.[0] ?? "";
  return bare.test(plain) || isKnown(question) || (about !== undefined && isKnown(about));
}

function pointsBack(question: string, language: string): boolean {
  const said = withoutEmpty(question, language);
  return words(said).some((word) => pronouns(language, "question").has(word)) || (language === "en" && theOne.test(said));
}

function sets(lists: Readonly<Record<string, string>>): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(Object.entries(lists).map(([language, list]) => [language, new Set(list.split(" "))]));
}
