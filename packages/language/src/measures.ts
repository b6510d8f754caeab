import { words } from "./words.ts";

/** What a number tells, as far as the words beside it say. */
export type Dimension = keyof typeof units | "clock" | "year";

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

/** Words and abbreviations of units, of whatever language, as sources of regular expressions. */
const units = {
  length: `[mcdk]?m|ft|yds?|feet|foot|inch(?:es)?|yards?|miles?|(?:milli|centi|kilo)?m[eè]t(?:er|re)[ns]?|(?:mil[ií]|cent[ií]|kil[oó]|quil[oôó])?metros?|
    (?:milli|centi|chilo)?metr[oi]|meilen?|millas?|milhas?|miglia|mijl(?:en)?|(?:милли|санти|кило)?метр(?:а|ов|ы)?|[мск]?м|мил[ьия]|公里|千米|厘米|毫米|米|英里`,
  weight: `m?g|kg|lbs?|oz|t|kilos?|quilos?|chili|(?:kilo)?gram(?:me?|o)?s?|(?:kilo|chilo)?gramm[io]|tons?|tonne[ns]?|toneladas?|tonnellate|pounds?|ounces?|
    pfund|libras?|к?г|т|(?:кило)?грамм(?:а|ов)?|тонн[аы]?|公斤|千克|克|吨|斤`,
  money: `\\p{Sc}|%|percent|per cent|prozent|por ciento|por cento|pour cent|per cento|procent|процент(?:а|ов)?|eur|euros?|usd|dollars?|d[oó]lares|gbp|pounds?|
    pence|cents?|chf|franken|francs?|francos?|рубл(?:ь|я|ей)|евро|元|块|美元|欧元`,
} as const;
const clock = String.raw`(?<!\p{N})\p{N}{1,2}[:.h]\p{N}{2}(?!\p{N}|[.:]\p{N})`;
/** A year where a preposition says that it is one. */
const year = String.raw`(?<!\p{L})(?:in|since|from|until|by|im|seit|ab|en|em|desde|hasta|até|depuis|nel|dal|sinds|в|с)\s+(?:1\p{N}|20)\p{N}{2}(?!\p{N})|(?:1\p{N}|20)\p{N}{2} ?年`;

/** Whether a text tells a number, in figures or words, but for those of some dimensions. */
export function hasNumber(text: string, language: string, except: readonly Dimension[] = []): boolean {
  const rest = except.reduce((left, dimension) => left.replaceAll(patternOf(dimension, language), " "), text);
  if (/\p{N}/u.test(rest) || (language === "zh" && chineseNumber.test(rest))) return true;
  return words(rest).some((word) => numberWords[language]?.has(word));
}

/** Whether a text tells a number with a unit of a dimension. */
export function measures(dimension: Dimension, text: string, language: string): boolean {
  return text.search(patternOf(dimension, language)) >= 0;
}

const patterns = new Map<string, RegExp>();

function patternOf(dimension: Dimension, language: string): RegExp {
  const key = `${dimension} ${language}`;
  let pattern = patterns.get(key);
  if (pattern === undefined) patterns.set(key, (pattern = new RegExp(sourceOf(dimension, language), "giu")));
  return pattern;
}

function sourceOf(dimension: Dimension, language: string): string {
  if (dimension === "clock") return clock;
  if (dimension === "year") return year;
  const inWords = [...(numberWords[language] ?? [])].map((word) => String.raw`(?<!\p{L})${word}(?!\p{L})`);
  // From its first figure alone: a long row of figures would be read to its end from each of them.
  const figures = String.raw`\p{N}(?<!\p{N}[.,]*\p{N})[\p{N}.,]*`;
  const number = [figures, "(?<![二两三四五六七八九十百千万])[二两三四五六七八九十百千万]+", ...inWords].join("|");
  const behind = String.raw`(?:${number})[\s-]*(?:${units[dimension].replaceAll(/\s*\n\s*/g, "")})(?!\p{L}(?<=\p{Ll}))`;
  return dimension === "money" ? String.raw`\p{Sc}\s*\p{N}[\p{N}.,]*|${behind}` : behind;
}
