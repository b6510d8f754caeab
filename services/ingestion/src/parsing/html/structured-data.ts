import type { PageDocument } from "./page-surroundings.ts";

/** Where nothing else is said, what things are described by counts, too. */
interface FactOptions {
  isAlone?: boolean;
}

/** What a page states for machines, each statement as it stands. */
export function statementsOf(document: PageDocument): string[] {
  const scripts = [...document.querySelectorAll("script[type*='ld+json']")];
  return scripts.slice(0, mostScripts).map(({ textContent }) => textContent ?? "");
}

/**
 * Facts that a page states for machines (schema.org as JSON-LD) and that its visible text lacks: prices, what is in stock, times, addresses,
 * answers. A line for each thing, a paragraph for each question; empty when there is nothing to add. Bounded, whatever the page states.
 */
export function hiddenFacts(statements: readonly string[], visible: string, { isAlone = false }: FactOptions = {}): string {
  const things = statements.flatMap((statement) => thingsIn(parsed(statement), 0)).slice(0, mostThings);
  const seen = letters(visible);
  const page = { visible, seen };
  const stated = things.flatMap((thing) => [...(isAlone ? [descriptionOf(thing, page)] : []), lineOf(thing, page)]);
  const lines = new Set(stated.filter((line) => line !== ""));
  let text = "";
  for (const line of lines) if (text.length + line.length <= (isAlone ? longestScript : mostCharacters)) text += `\n\n${line}`;
  return text.trim();
}

const mostScripts = 20;
const mostThings = 60;
const mostCharacters = 6_000;
const longestScript = 300_000;
const longestValue = 1_500;
const deepest = 6;

type Thing = Readonly<Record<string, unknown>>;
interface Seen {
  visible: string;
  /** Its letters and digits alone. */
  seen: string;
}

function parsed(json: string): unknown {
  if (json.length > longestScript) return undefined;
  // Some systems for pages put marks of HTML or XML around it, end it as a program, or leave breaks in its texts.
  const bare = json.replace("<![CDATA[", "").replace("]]>", "");
  const end = Math.max(bare.lastIndexOf("}"), bare.lastIndexOf("]")) + 1;
  try {
    return JSON.parse(bare.slice(Math.max(bare.search(/[{[]/), 0), end).replaceAll(/\s/g, " "));
  } catch {
    return undefined;
  }
}

/** What holds other things: lists, and pages that are about them. */
const holders = ["@graph", "mainEntity", "itemListElement", "item", "hasVariant"];

function thingsIn(value: unknown, depth: number): Thing[] {
  if (depth > deepest) return [];
  if (Array.isArray(value)) return value.slice(0, mostThings).flatMap((item) => thingsIn(item, depth + 1));
  if (!isThing(value)) return [];
  return [value, ...holders.flatMap((name) => thingsIn(value[name], depth + 1))];
}

function isThing(value: unknown): value is Thing {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

interface Reader {
  reads: (types: readonly string[], thing: Thing) => boolean;
  facts: (thing: Thing, page: Seen) => string[];
}

const ofType =
  (form: RegExp): Reader["reads"] =>
  (types) =>
    types.some((type) => form.test(type));

/** The first that reads a thing tells its facts. */
const readers: readonly Reader[] = [
  {
    reads: ofType(/^(?:Product|ProductModel|Vehicle|Car|Book|IndividualProduct|SoftwareApplication|Course)$/),
    facts: (thing, page) => [
      ...offersOf(thing, page),
      ...unsaidOf(thing, ["sku", "gtin13", "mpn", "brand", "color", "material", "size"], page),
    ],
  },
  {
    reads: ofType(/Event$|^Festival$/),
    facts: (thing, page) => [...unsaidOf(thing, ["startDate", "endDate", "location", "performer"], page), ...offersOf(thing, page)],
  },
  {
    reads: ofType(/^Recipe$/),
    facts: (thing, page) =>
      unsaidOf(thing, ["recipeYield", "prepTime", "cookTime", "totalTime", "recipeIngredient", "recipeInstructions"], page),
  },
  {
    reads: (_, thing) => thing["openingHours"] !== undefined || thing["openingHoursSpecification"] !== undefined,
    facts: (thing, page) => [...hoursOf(thing, page), ...unsaidOf(thing, ["telephone", "address"], page)],
  },
];

/** Of pages and sites it only says for search engines what they are. */
const described =
  /(?:Article|Posting|Event|Recipe|Product|ProductModel|Vehicle|Car|Book|Movie|SoftwareApplication|Course|Service)$/;

function descriptionOf(thing: Thing, page: Seen): string {
  if (!list(thing["@type"]).some((type) => described.test(String(type)))) return "";
  const name = textOf(thing["headline"] ?? thing["name"]);
  const body = ["articleBody", "description"].map((key) => textOf(thing[key], longestScript)).find((text) => text !== "") ?? "";
  return body === "" || isSaid(body, page) ? "" : `${name === "" ? "" : `${name}\n`}${body}`;
}

function lineOf(thing: Thing, page: Seen): string {
  const types = list(thing["@type"]).map(String);
  const name = textOf(thing["name"]);
  if (types.includes("Question")) return questionOf(name, textOf(list(thing["acceptedAnswer"])[0]), page);
  const facts = readers.find(({ reads }) => reads(types, thing))?.facts(thing, page) ?? [];
  return facts.length === 0 ? "" : `${name === "" ? "" : `${name}: `}${facts.join("; ")}.`;
}

function questionOf(question: string, answer: string, page: Seen): string {
  return question === "" || answer === "" || isSaid(answer, page) ? "" : `${question}\n${answer}`;
}

/** Values under their names in words: `startDate` is "start date". */
function unsaidOf(thing: Thing, names: readonly string[], page: Seen): string[] {
  return names.flatMap((name) => {
    const values = list(thing[name])
      .slice(0, 50)
      .map((value) => duration(dateOf(textOf(value))));
    const unsaid = values.filter((value) => value !== "" && !isSaid(value, page));
    const words = name
      .replace(/^recipe/, "")
      .replaceAll(/([A-Z])/g, " $1")
      .replace(/\d+$/, "")
      .trim()
      .toLowerCase();
    return unsaid.length === 0 ? [] : [`${words} ${unsaid.join(", ")}`];
  });
}

function offersOf(thing: Thing, page: Seen): string[] {
  const offers = list(thing["offers"]).filter(isThing).slice(0, 10);
  const facts = offers.flatMap((offer) => {
    const specification = list(offer["priceSpecification"]).find(isThing) ?? {};
    const currency = textOf(offer["priceCurrency"]) || textOf(specification["priceCurrency"]);
    const amounts = ["price", "lowPrice", "highPrice"].map((name) => textOf(offer[name] ?? specification[name]));
    const [price = "", low = "", high = ""] = amounts.map((amount) => (/^\d{1,9}(?:[.,]\d{1,2})?$/.test(amount) ? amount : ""));
    const span = price !== "" ? price : low !== "" && high !== "" && low !== high ? `${low}–${high}` : low || high;
    const isPriced =
      span !== "" &&
      currency !== "" &&
      !(isPriceSaid(price || low, currency, page) && (high === "" || isPriceSaid(high, currency, page)));
    const state = stateOf(textOf(offer["availability"]));
    return [...(isPriced ? [`price ${span} ${currency}`] : []), ...(state === "" || isSaid(state, page) ? [] : [state])];
  });
  return [...new Set(facts)];
}

/** `https://schema.org/InStock` is "in stock". */
function stateOf(address: string): string {
  const word = /^(?:https?:\/\/schema\.org\/)?([A-Z][A-Za-z]{3,20})$/.exec(address)?.[1] ?? "";
  return word.replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
}

const symbols: Readonly<Record<string, string>> = {
  EUR: "€",
  USD: "$",
  GBP: "£",
  JPY: "[¥円]",
  CNY: "[¥元]",
  RUB: "(?:₽|руб)",
  INR: "₹",
  PLN: "zł",
  TRY: "(?:₺|TL)",
  UAH: "(?:₴|грн)",
  CZK: "Kč",
};

/** Whether the page shows an amount beside its currency, with or without cents, in any country's way of writing. */
function isPriceSaid(amount: string, currency: string, { visible }: Seen): boolean {
  const [whole = "", cents = ""] = amount.split(/[.,]/);
  const grouped = whole.replaceAll(/\B(?=(?:\d{3})+$)/g, "[.,'\\s]?");
  const full = cents.padEnd(2, "0");
  const number = `(?<!\\d)${grouped}${Number(full) === 0 ? "(?:[.,](?:00|-|–))?" : `[.,]${full}`}(?!\\d)`;
  const symbol = symbols[currency]?.replaceAll("$", "\\$");
  const unit = `(?:${/^[A-Z]{3}$/.test(currency) ? currency : "(?!)"}${symbol === undefined ? "" : `|${symbol}`})`;
  return new RegExp(`${number}\\s?(?:euros?|dollars?)?${unit}|${unit}\\s?${number}`, "i").test(visible);
}

function hoursOf(thing: Thing, page: Seen): string[] {
  const plain = list(thing["openingHours"]).map(textOf);
  const told = list(thing["openingHoursSpecification"])
    .filter(isThing)
    .map((hours) => {
      const days = list(hours["dayOfWeek"]).map((day) => textOf(day).replace(/^.*\//, ""));
      const [opens, closes] = [textOf(hours["opens"]).slice(0, 5), textOf(hours["closes"]).slice(0, 5)];
      return opens === "" || days.length === 0 ? "" : `${days.join(", ")} ${opens === closes ? "closed" : `${opens}–${closes}`}`;
    });
  const unsaid = [...plain, ...told].slice(0, 30).filter((hours) => hours !== "" && !isSaid(hours, page));
  return unsaid.length === 0 ? [] : [`open ${unsaid.join("; ")}`];
}

/** `2027-05-01T19:30:00+02:00` without what nobody reads. */
function dateOf(value: string): string {
  return value.replace(/^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})\S*$/, "$1 $2");
}

/** `PT1H30M` is "1 h 30 min". */
function duration(value: string): string {
  const [, days, hours, minutes] = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:\d+S)?)?$/.exec(value) ?? [];
  const parts = [days && `${days} d`, hours && `${hours} h`, minutes && `${minutes} min`].filter(
    (part) => part !== undefined && part !== "",
  );
  return parts.length === 0 ? value : parts.join(" ");
}

const parts = ["streetAddress", "postalCode", "addressLocality", "addressCountry"];

/** What a value says in words: its own text, or that of the thing that it is. */
function textOf(value: unknown, longest = longestValue): string {
  if (typeof value === "number") return String(value);
  if (typeof value === "string")
    return value
      .slice(0, longest)
      .replaceAll(/<\/?(?:a|b|em|i|span|strong|u)\b[^<>]{0,500}>/gi, "")
      .replaceAll(/<[^<>]{0,500}>/g, " ")
      .replaceAll("&nbsp;", " ")
      .replaceAll("&amp;", "&")
      .replaceAll(/\s+/g, " ")
      .trim();
  if (!isThing(value)) return "";
  const address = isThing(value["address"]) ? value["address"] : value;
  const place = parts.flatMap((name) => (typeof address[name] === "string" ? [textOf(address[name])] : [])).join(", ");
  const own = textOf(typeof value["text"] === "string" ? value["text"] : value["name"]);
  return [own, place].filter((part) => part !== "").join(", ");
}

function list(value: unknown): unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  return value === undefined || value === null ? [] : [value];
}

function letters(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, "");
}

function isSaid(value: string, { seen }: Seen): boolean {
  return seen.includes(letters(value));
}
