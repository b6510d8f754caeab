import type { AskedKind, Measured } from "./fact-kinds.ts";
import { functionWords } from "./function-words.ts";
import { hasNumber, measures, type Dimension } from "./measures.ts";
import { calendar, timeWords } from "./time-words.ts";
import { words } from "./words.ts";

const currency =
  /[\p{Sc}%]|[\d一二两三四五六七八九十百千万几]\s*(?:元|块|角|美元|欧元)|人民币|(?<!\p{L})(?:eur|euros?|usd|dollars?|gbp|pounds?|pence|cents?|chf|franken|francs?|kronor|kroner|kr|zł|lei|lira|yen)(?!\p{L})|рубл|евро/iu;
const free =
  /(?<!\p{L})(?:free|gratis|kosten(?:los|frei)|umsonst|inklusive|included?|includes|inbegriffen|gratuit\p{L}*|incluid\p{L}*|inclus\p{L}*|offert\p{L}*|inbegrepen|compres[oa]|бесплатн\p{L}*)(?!\p{L})|免费|免收/iu;
/** Beginnings of words beside which a bare figure is a price. */
const priced =
  /(?<!\p{L})(?:cost|price|fee|kost|preis|gebühr|precio|cuesta|tarif|co[uû]t|prix|prezz|cust|preç|prijs|сто[ия]т|стоимост|цен[аыеу])/iu;
const telephone = /\+?\d(?:[\s()/.-]{0,2}\d){4,}/u;

/** Whether a text names a currency, beside which other figures are no prices. */
export function namesCurrency(text: string): boolean {
  return currency.test(text);
}

/** Numbers that tell neither how old something is nor how many there are of it; a year tells an age. */
const noAge: readonly Dimension[] = ["length", "weight", "money", "clock"];
const noCount: readonly Dimension[] = [...noAge, "year"];

/**
 * Whether a sentence holds something of a kind by its form: a figure or a number word, the name of a month or weekday, a currency, a capital letter
 * within the sentence. A number with a unit tells nothing of another kind. Generous on purpose: a fact that is not seen here is not told to anybody.
 * @param measured what an asked number measures
 */
export function tellsKind(kind: AskedKind, sentence: string, language: string, measured?: Measured): boolean {
  if (kind === "email") return sentence.includes("@");
  if (kind === "phone") return telephone.test(sentence);
  if (kind === "price")
    return currency.test(sentence) || free.test(sentence) || (priced.test(sentence) && hasNumber(sentence, language));
  if (kind === "person") return hasName(sentence, language);
  const isDated = () =>
    calendar(language).names.some((name) => sentence.toLowerCase().includes(name)) ||
    words(sentence).some((word) => timeWords(language).has(word));
  if (kind === "time") return hasNumber(sentence, language) || isDated();
  // The unit of a row may stand in the head of its table.
  if (measured === "length" || measured === "weight")
    return sentence.startsWith("|") ? hasNumber(sentence, language) : measures(measured, sentence, language);
  const except = { count: noCount, age: noAge };
  return hasNumber(sentence, language, measured && except[measured]);
}

/** German writes every noun with a capital letter, so that only two of them in a row are a name; scripts without capitals tell nothing. */
function hasName(sentence: string, language: string): boolean {
  if (language === "zh") return true;
  if (!/\p{Lu}/u.test(sentence)) return !/\p{Ll}/u.test(sentence);
  const pairs = sentence.matchAll(/(\p{Lu}[\p{L}.]{1,100}) \p{Lu}\p{L}+/gu);
  if (pairs.some(([, first = ""]) => !functionWords(language).has(first.toLowerCase()))) return true;
  return language !== "de" && /(?<=[\p{Ll}\p{N},;:)—–-] ?["“«(]?)\p{Lu}\p{L}/u.test(sentence);
}
