import { contentTerms, hasContent } from "./analyze.ts";
import type { AskedFact, Measured } from "./fact-kinds.ts";
import { askedInChinese } from "./asked-in-chinese.ts";
import { askedParticular, isContact, type AskedParticular } from "./asked-particulars.ts";
import { countedThing } from "./counted.ts";
import { askedOverview, overviewTerm } from "./overview.ts";
import { particularTerm } from "./particulars.ts";

/** How questions begin, and words that only repeat what they ask for, as sources of regular expressions. */
interface Wording {
  price: string;
  time: string;
  /** "How many", before what is counted. */
  count: string;
  number: string;
  person: string;
  /** "What is", before a word for an address or a number. */
  which: string;
  repeated: string;
}

const wordings: Readonly<Record<string, Wording>> = {
  en: {
    price:
      "how much (?:is|are|does|do|did|for|would|will|was|were)|how expensive|what (?:does|do|did|will|would)(?= .* cost)|what(?: is|'s|’s| are) the (?:price|cost|fee)s?",
    time: "since when|when|what time|(?:in |on |at )?(?:what|which) (?:year|date|day|month)",
    count: "how many",
    number: "how (?:long|old|far|large|big|high|tall|heavy|wide|deep)",
    person: "who",
    which: "what(?: is|'s|’s| are)",
    repeated: "costs?|prices?|fees?|pay|charged?",
  },
  de: {
    price: "(?:was|wie ?viel) kost\\p{L}+|wie teuer|(?:was|wie hoch) ist der preis",
    time: "seit wann|ab wann|bis wann|wann|um wie ?viel uhr|in welchem jahr",
    count: "wie ?viele",
    number: "wie lange (?:brauch|dauer)\\p{L}+|wie (?:lange?|alt|weit|groß|hoch|breit|tief|schwer)",
    person: "wer",
    which: "was ist|wie ist|wie lautet",
    repeated: "kosten|preis",
  },
  es: {
    price: "cu[aá]nto (?:c(?:ue|o)st\\p{L}+|valen?|val[ií]an?|sale)|cu[aá]l es (?:el precio|la tarifa)",
    time: "desde cu[aá]ndo|cu[aá]ndo|a qu[eé] hora|en qu[eé] a[nñ]o",
    count: "cu[aá]nt[oa]s",
    number: "cu[aá]nto (?:tiempo )?(?:duran?|mide|pesa|tarda)|cu[aá]ntos a[nñ]os tienen?",
    person: "qui[eé]n(?:es)?",
    which: "cu[aá]l es",
    repeated: "precio",
  },
  fr: {
    price: "combien (?:a(?:-t-(?:il|elle))? |ont )?co[uû]t\\p{L}+|combien vaut|quel est le (?:prix|tarif)",
    time: "depuis quand|quand|à quelle heure|en quelle année",
    count: "combien d(?:e |['’])",
    number: "combien (?:de temps )?(?:dure|mesure|pèse|prend)|quel âge (?:a|ont)(?:-t-(?:il|elle)|-ils|-elles)?",
    person: "qui",
    which: "quel(?:le)? est",
    repeated: "prix",
  },
  it: {
    price: "quanto (?:(?:è|sono) )?(?:cost\\p{L}+|viene)|qual è il prezzo",
    time: "da quando|quando|a che ora|in (?:che|quale) anno",
    count: "quant[ie]",
    number: "quanto (?:tempo )?(?:ci vuole|dura(?:no)?|pesa|misura)|quanti anni ha(?:nno)?",
    person: "chi",
    which: "qual è",
    repeated: "prezzo",
  },
  pt: {
    price: "quanto cust\\p{L}+|qual é o preço",
    time: "desde quando|quando|a que horas|em que ano",
    count: "quant[oa]s",
    number: "quanto (?:tempo )?(?:demora|duram?|pesa|mede)|quantos anos t[eê]m",
    person: "quem",
    which: "qual é",
    repeated: "preço",
  },
  nl: {
    price: "(?:wat|hoeveel) kost\\p{L}*|hoe duur|wat is de prijs",
    time: "sinds wanneer|wanneer|hoe laat|in welk jaar",
    count: "hoeveel",
    number: "hoe lang du(?:ren|urt)|hoe (?:lang|oud|ver|groot|hoog|breed|diep|zwaar)",
    person: "wie",
    which: "wat is",
    repeated: "prijs",
  },
  ru: {
    price: "сколько сто[ия]\\p{L}+|какая цена|какова (?:цена|стоимость)",
    time: "с какого|когда|во сколько|в каком году",
    count: "сколько",
    number: "сколько (?:времени )?дл[ия]\\p{L}+|как (?:долго|далеко|высоко|глубоко)|сколько лет",
    person: "кто",
    which: "какой|какая|каков",
    repeated: "цена|стоимость",
  },
};

/** Words by which a number is asked for that tell what it measures. "How high" asks for prices as well. */
const measuredBy: readonly (readonly [Measured, RegExp])[] = [
  ["length", /(?<!\p{L})(?:tall|deep|wide|tief|breit|mide|mesure|misura|mede|diep|breed|глубоко)$/iu],
  ["weight", /(?<!\p{L})(?:heavy|schwer|pesa|pèse|zwaar)$/iu],
  ["age", /(?<!\p{L})(?:old|alt|oud|a[nñ]os tienen?|anos t[eê]m|anni han?n?o?|quel âge .+|лет)$/iu],
];

/** Beginnings of a question that goes on with the one before. */
export const goesOn =
  /^(?:and|or|but|what about|how about|und|oder|aber|y|o|pero|et|ou|mais|e|ma|en|of|maar|и|а|или|но|ve|ya|peki|și|dar|sau|και|αλλά|ή|và|còn|और|لكن|و|那|那么)(?!\p{L})/iu;
const beginnings = new Map<string, RegExp>();

/**
 * What kind of fact a question asks for, and about what; undefined for one that asks for something else, or in a language whose questions are not
 * known. Only the beginning of a question tells, but in Chinese: "Can I pay when I come?" asks for neither a price nor a time.
 * @param language ISO 639-1, of the question
 */
export function askedFact(question: string, language: string): AskedFact | undefined {
  const asked = withoutOpening(question);
  const wording = wordings[language];
  const particular = particularOf(asked, language);
  if (particular !== undefined && isContact(particular.particular)) return { kind: particular.particular, about: particular.about };
  // "Who can I call?" asks for nobody's name.
  if (particular?.particular === "contact") return undefined;
  if (language === "zh") return askedInChinese(asked);
  if (wording === undefined) return undefined;
  for (const form of ["price", "time", "number", "count", "person"] as const) {
    const rest = begins(asked, wording[form]);
    // "When it is full, where do I go?" asks for what stands behind the comma.
    if (rest === undefined || (form === "time" && /,\s/.test(rest))) continue;
    const about = rest.replace(alone(wording.repeated, "giu"), " ");
    if (form === "count") return { kind: "number", about, ...countOf(rest, language) };
    const beginning = asked.slice(0, asked.length - rest.length).trim();
    const measured = form === "number" ? measuredBy.find(([, words]) => words.test(beginning))?.[0] : undefined;
    return { kind: form, about, ...(measured && { measured }) };
  }
  return undefined;
}

/**
 * The terms that carry the meaning of a question, as {@link contentTerms}, without the words by which it asks for a price or a measure: "90 minutes"
 * says how long a thing takes without saying so.
 * @param own ISO 639-1, of the question; `language` that of what it is compared with
 */
export function askedTerms(question: string, language: string, own = language): string[] {
  const asked = askedFact(question, own);
  const isMeasured = asked?.kind === "price" || asked?.kind === "number";
  return contentTerms(isMeasured && hasContent(asked.about, own) ? asked.about : question, language, own);
}

/**
 * The terms of a question for a particular or for what all is about, which is a term by itself, the last of them; undefined for any other question.
 * They find nothing in texts that tell the particular in other forms.
 */
export function termsOfParticular(question: string, language: string, own = language): string[] | undefined {
  if (askedOverview(question) !== undefined) return [overviewTerm];
  const asked = particularOf(withoutOpening(question), own);
  return asked && [...contentTerms(asked.about, language, own), particularTerm(asked.particular)];
}

function particularOf(asked: string, language: string): AskedParticular | undefined {
  const fact = language === "zh" ? askedInChinese(asked) : undefined;
  if (fact !== undefined && isContact(fact.kind)) return { particular: fact.kind, about: fact.about };
  const which = wordings[language]?.which;
  return askedParticular(asked, { rest: which === undefined ? undefined : begins(asked, which), language });
}

function withoutOpening(question: string): string {
  return question
    .normalize("NFKC")
    .trim()
    .replace(/^[¿¡]\s*/u, "")
    .replace(goesOn, "")
    .trimStart();
}

/** What is counted, if it goes by one name. Units are counted by any number. */
function countOf(rest: string, language: string): Pick<AskedFact, "counted" | "measured"> {
  const counted = countedThing(rest, language);
  return counted === undefined ? {} : { measured: "count", ...(counted !== "" && { counted }) };
}

/** What follows a beginning, if the question has it. */
function begins(asked: string, beginning: string): string | undefined {
  let pattern = beginnings.get(beginning);
  if (pattern === undefined) {
    pattern = new RegExp(`^(?:${beginning})(?<!\\p{L}(?=\\p{L}))(?!\\p{N})`, "iu");
    beginnings.set(beginning, pattern);
  }
  const match = pattern.exec(asked);
  return match === null ? undefined : asked.slice(match[0].length);
}

function alone(words: string, flags: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${words})(?![\\p{L}\\p{N}])`, flags);
}
