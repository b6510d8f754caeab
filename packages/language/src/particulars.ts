import { calendar } from "./time-words.ts";

/**
 * What visitors of any site ask for, and what texts tell by its form alone: nobody writes "our phone number is" in front of one, or "our opening
 * hours are" over every day.
 */
export type Particular = "email" | "phone" | "contact" | "hours" | "address" | "price";

// Every repetition is bounded: texts may be long, and made to be slow to look through.
const mail = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,5}/u;
const phone = /(?<![\p{L}\p{N}.,:/-]|\d[ \u00a0])(?:\+|00)?\(?\d(?:[ \u00a0()/.–-]{0,3}\d){6,14}(?![\p{L}\p{N}]|[ \u00a0.,/-]\d)/gu;
/** Days, spans of years, sums in groups of three digits, numbers of books and addresses of the Internet. */
const otherNumber =
  /^(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./-]\d{1,2}[./-]\d{1,2}|\d{4} ?[–/-] ?\d{4}|[1-9]\d{0,2}(?:[ \u00a0.]\d{3})+|97[89][ -].*|\d{1,3}(?:\.\d{1,3}){3}|[1-9]\d+)$/u;

const hour = "(?:[01]?\\d|2[0-4])";
const marked = `${hour}(?:[:.h] ?[0-5]\\d(?: ?[ap]\\.?m\\b\\.?)?| ?(?:h\\b|[ap]\\.?m\\b\\.?|uhr|o['’]clock|час|点|點|時|시))`;
const until = "(?:[–—~〜-]|to|till?|until|bis|al?|alle|à|às|até|do|до|tot|до|έως|至|到|から|부터|से)";
const clock = new RegExp(`(?<![\\d.,:])${marked}|[一二三四五六七八九十]{1,3}[点點時时]`, "giu");
const span = new RegExp(`(?<![\\d.,:])${hour}(?:[:.h][0-5]\\d)? ?${until} ?${hour}(?![\\d.,:])`, "iu");

/** Streets with the number of a house, and places with a postal code. */
const addresses = [
  /(?<!\p{L})\p{Lu}[\p{L}.-]{0,40}(?:stra(?:ß|ss)e|str\.|gasse|allee|platz|weg|ring|ufer|damm|straat|laan|plein|gracht|kade|vägen|gatan|gade|vej|utca)\s+\d{1,4}\s?[a-z]?(?![\p{L}\p{N}])/u,
  /(?<!\p{L})(?:Straße|Str\.|Platz|Weg|Allee)\s[\p{L} .-]{2,40}\s\d{1,4}(?![\p{N}])/u,
  /(?<![\p{L}\p{N}])\d{1,5}[a-z]?,?\s(?:(?:bis|ter),?\s)?(?:rue|avenue|av\.|boulevard|bd|place|chemin|quai|impasse|allée|cours|route|faubourg)(?!\p{L})/iu,
  /(?<![\p{L}\p{N}])\d{1,5}[A-Za-z]?,?\s(?:\p{Lu}[\p{L}'’.-]{0,30}\s){1,4}(?:Street|St|Road|Rd|Lane|Ln|Avenue|Ave|Drive|Dr|Boulevard|Blvd|Place|Pl|Square|Sq|Court|Ct|Way|Terrace|Row|Hill|Close|Crescent|Gardens|Highway|Parkway|Broadway|Walk|Mews|Quay|Wharf)(?!\p{L})/u,
  /(?<!\p{L})(?:calle|c\/|avenida|avda\.?|plaza|paseo|carretera|rúa|rua|praça|largo|travessa|via|viale|piazza|corso|vicolo|ul\.|ulica|ulicy|al\.|str\.|strada|bulevardul|bd\.|улица|ул\.|проспект|пр\.|площадь|пл\.|бульвар|οδός|λεωφόρος|شارع|طريق|đường|phố)\s[\p{L} .'’-]{2,40},?\s(?:n[.ºo°]*\s?|nr\.?\s?|д\.\s?)?\d{1,4}(?![\p{N}])/iu,
  /(?<!\p{L})[\p{L}]+\s(?:caddesi|cad\.|sokağı|sokak|sok\.|bulvarı|mahallesi)(?!\p{L})/iu,
  /[路街道巷弄]\s?\d{1,5}\s?号|\d丁目|\d番地|\d-\d+-\d+(?=\s?\p{Script=Han})|\p{Script=Hangul}(?:로|길)\s?\d{1,4}/u,
  /(?<![\p{L}\p{N}])[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}(?![\p{L}\p{N}])|,\s[A-Z]{2}\s\d{5}(?:-\d{4})?(?!\p{N})|(?<!\p{N})\d{4}\s?[A-Z]{2}\s\p{Lu}\p{Ll}+/u,
  /(?<![\p{L}\p{N}.,–-])(?:[A-Z]{1,2}-)?\d{5}\s\p{Lu}\p{Ll}{2,}(?!\p{L})/u,
];

/** An amount of money; shares of a hundred are none. */
const price =
  /\p{Sc}\s?\d|[一二两三四五六七八九十百千万]\s?(?:元|块钱|円)|(?<![\p{L}\p{N}])\d[\d.,]{0,12}\s?(?:\p{Sc}|(?:eur|euros?|usd|dollars?|gbp|pounds?|pence|cents?|chf|franken|francs?|kronor|kroner|kr|zł|lei|lira|tl|yen|руб\p{L}{0,4}|евро)(?!\p{L})|元|块|円|원|บาท|đồng|ريال|درهم|रुपये)/iu;
const tellsMail = (text: string) => text.includes("@") && mail.test(text);
const tellsPhone = (text: string) => text.matchAll(phone).some(([written]) => !otherNumber.test(written));

const tellers: Readonly<Record<Particular, (text: string, language: string) => boolean>> = {
  email: tellsMail,
  phone: tellsPhone,
  contact: (text) => tellsMail(text) || tellsPhone(text),
  hours: (text, language) => text.split("\n").some((line) => tellsHours(line, language)),
  price: (text) => price.test(text),
  address: (text) => addresses.some((form) => form.test(text)),
};

/** Two times of day, or one beside a day of the week. */
function tellsHours(line: string, language: string): boolean {
  if (!/[\d一二三四五六七八九十]/u.test(line)) return false;
  const clocks = [...line.matchAll(clock)].length;
  if (clocks >= 2) return true;
  if (clocks === 0 && !span.test(line)) return false;
  const lower = line.toLowerCase();
  return (clocks > 0 && span.test(line)) || calendar(language).weekdays.some((name) => lower.includes(name));
}

/**
 * What a text is found by beside its words: terms for the particulars that it tells, which no word gives.
 * @param language ISO 639-1, of the text
 */
export function particularTerms(text: string, language: string): string[] {
  return particulars.filter((particular) => tellers[particular](text, language)).map(particularTerm);
}

export function particularTerm(particular: Particular): string {
  return `@${particular}`;
}

const particulars: readonly Particular[] = ["email", "phone", "contact", "hours", "address", "price"];
