import type { AskedKind } from "./asked-kind.ts";
import { functionWords } from "./function-words.ts";
import { timeWords } from "./time-words.ts";
import { words } from "./words.ts";

/** Words for numbers, as short texts write them, by ISO 639-1. */
const numberWords: Readonly<Record<string, ReadonlySet<string>>> = Object.fromEntries(
  Object.entries({
    en: "one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty hundred thousand million half once twice several dozen dozens hundreds thousands millions",
    de: "ein eine einen einem einer zwei drei vier fünf sechs sieben acht neun zehn elf zwölf zwanzig dreißig vierzig fünfzig hundert tausend halb halbe einmal zweimal mehrere",
    es: "un una uno dos tres cuatro cinco seis siete ocho nueve diez once doce veinte treinta cuarenta cincuenta cien mil medio media varios varias",
    fr: "un une deux trois quatre cinq six sept huit neuf dix onze douze vingt trente quarante cinquante cent mille demi demie plusieurs",
    it: "un una uno due tre quattro cinque sei sette otto nove dieci undici dodici venti trenta cento mille mezzo mezza",
    pt: "um uma dois duas três quatro cinco seis sete oito nove dez onze doze vinte trinta cem mil meio meia",
    nl: "een één twee drie vier vijf zes zeven acht negen tien elf twaalf twintig dertig honderd duizend half",
    ru: "один одна одно одного два две двух три трех трёх четыре пять шесть семь восемь девять десять двумя трем тремя четырех четырёх четырьмя пяти пятью шести шестью семи семью восьми девяти десяти десятка десятки десятков сотни сотен тысяч миллиона миллионов двенадцать двадцать сто тысяча тысячи миллион полчаса",
  }).map(([language, list]) => [language, new Set(list.split(" "))]),
);
const chineseNumber = /[二两三四五六七八九十百千万亿]|一(?=[个名位人层次间本种台年月日天周小分点元块角百千万])/u;
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

/**
 * Whether a sentence holds something of a kind by its form: a figure or a number word, the name of a month or weekday, a currency, a capital letter
 * within the sentence. Generous on purpose: a fact that is not seen here is not told to anybody.
 */
export function tellsKind(kind: AskedKind, sentence: string, language: string): boolean {
  if (kind === "email") return sentence.includes("@");
  if (kind === "phone") return telephone.test(sentence);
  if (kind === "price")
    return currency.test(sentence) || free.test(sentence) || (priced.test(sentence) && hasNumber(sentence, language));
  if (kind === "person") return hasName(sentence, language);
  const isDated = () =>
    calendar(language).some((name) => sentence.toLowerCase().includes(name)) ||
    words(sentence).some((word) => timeWords(language).has(word));
  return hasNumber(sentence, language) || (kind === "time" && isDated());
}

function hasNumber(sentence: string, language: string): boolean {
  if (/\p{N}/u.test(sentence) || (language === "zh" && chineseNumber.test(sentence))) return true;
  return words(sentence).some((word) => numberWords[language]?.has(word));
}

/** German writes every noun with a capital letter, so that only two of them in a row are a name; scripts without capitals tell nothing. */
function hasName(sentence: string, language: string): boolean {
  if (language === "zh") return true;
  if (!/\p{Lu}/u.test(sentence)) return !/\p{Ll}/u.test(sentence);
  const pairs = sentence.matchAll(/(\p{Lu}[\p{L}.]+) \p{Lu}\p{L}+/gu);
  if (pairs.some(([, first = ""]) => !functionWords(language).has(first.toLowerCase()))) return true;
  return language !== "de" && /(?<=[\p{Ll}\p{N},;:)—–-] ?["“«(]?)\p{Lu}\p{L}/u.test(sentence);
}

const calendars = new Map<string, readonly string[]>();

/** Months and weekdays in lower case, without the endings that inflect them. */
function calendar(language: string): readonly string[] {
  let names = calendars.get(language);
  if (names === undefined) {
    const nameOf = (type: "month" | "weekday", month: number, day: number) =>
      new Intl.DateTimeFormat(language || "en", { day: "numeric", [type]: "long", timeZone: "UTC" })
        .formatToParts(Date.UTC(2001, month, day))
        .flatMap((part) => (part.type === type ? [part.value] : []));
    const told = [
      ...Array.from({ length: 12 }, (_, month) => nameOf("month", month, 1)),
      ...Array.from({ length: 7 }, (_, day) => nameOf("weekday", 0, 1 + day)),
    ].flat();
    names = [...new Set(told.filter((name) => /\p{L}/u.test(name)).map((name) => stemOf(name.toLowerCase())))];
    calendars.set(language, names);
  }
  return names;
}

function stemOf(name: string): string {
  return name.length > 3 && /\p{Script=Cyrillic}/u.test(name) ? name.slice(0, -1) : name;
}
