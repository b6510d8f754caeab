import type { retrieval } from "@parlance/contracts";
import {
  analyze,
  askedFact,
  contentTerms,
  contradicts,
  functionWords,
  likeness,
  namesCurrency,
  namesIn,
  questionParts,
  tellsKind,
  type AskedFact,
} from "@parlance/language";
import type { Asked, LookCloser } from "./refusal.ts";
import { readUnits, type Unit } from "./units.ts";

type Passage = Pick<retrieval.Hit, "text" | "title" | "language" | "sourceType">;

/**
 * What the passages lack: the number that a thing is named by, any address of the kind, a name, any fact of the kind about the matter, one in a
 * sentence that speaks of the matter as much as others do, or what somebody is asked for who did it.
 */
export type Missing = "number" | "address" | "name" | "all" | "fact" | "deed";

interface Lack {
  what: Missing;
  /** Sentences that tell a fact of the kind, though of something else as far as their words go. */
  telling: readonly string[];
}

interface AskedAs extends Asked {
  /** The question without corrections. */
  typed: string;
  /** The message that asks, where the question is the one before it or both. */
  followUp?: string | undefined;
}

/** A sentence that tells a fact of the kind may speak so much less of the question than one that tells none, 0 to 1. */
const tolerance = 0.1;
/** Cosine from which a sentence says the same in other words ("who wrote it", "it was written by"). */
const sameMeaning = 0.66;
/** The same of who did something, which people ask in words of their own ("who started it", "it was opened by"). */
const sameDeed = 0.5;

/**
 * Whether passages that speak of a question also tell what it asks for, as far as form tells (docs/quality.md has the figures). Meant for answers that are
 * quoted: a model that writes sees by itself what is missing.
 */
export async function tellsFact({ question, typed, followUp, found }: AskedAs, lookCloser: LookCloser): Promise<boolean> {
  // Some of the words that were corrected are right and only unknown, so that the question must lack its fact both ways.
  const asTyped = lackOf(typed, found.hits, followUp);
  const lack = asTyped === undefined || typed === question ? asTyped : lackOf(question, found.hits, followUp);
  const understood = found.hits[0]?.english === true || found.multilingual;
  if (lack === undefined || lack.what === "number" || lack.what === "address" || !understood) return lack === undefined;
  if (lack.what === "deed") return (await lookCloser()).sentenceCosine >= sameDeed;
  if (lack.what === "name") return (await lookCloser()).sentenceCosine >= sameMeaning;
  return lack.telling.length > 0 && (await lookCloser(lack.telling)).sentenceCosine >= sameMeaning;
}

/**
 * What is missing of the price, time, number, person or address that a question asks for. A sentence that tells one counts with what it stands under and
 * the two sentences before it. undefined when it may be told, when something of another kind or several things are asked for, and where
 * a Q&A comes first, whose owner answers in any form.
 * @param followUp the message that asks, where the question is the one before it or both
 */
export function missingFact(question: string, passages: readonly Passage[], followUp?: string): Missing | undefined {
  return lackOf(question, passages, followUp)?.what;
}

function lackOf(question: string, passages: readonly Passage[], followUp: string | undefined): Lack | undefined {
  const language = passages[0]?.language ?? "";
  const message = followUp ?? question;
  if (passages[0]?.sourceType === "q&a" || message.includes("\n") || questionParts(message, language).length > 1) return undefined;
  const own = passages.filter((passage) => passage.language === language);
  if (followUp !== undefined) {
    const asked = askedOf(question.split("\n", 1).join(""), followUp, language);
    return asked && missing(asked, own, language);
  }
  if (namesOtherNumber(question, passages, language)) return { what: "number", telling: [] };
  const asked = askedFact(question, language);
  const lack = asked && missing(asked, own, language);
  return lack ?? (namesUnknown(question, passages, language) ? { what: "name", telling: [] } : undefined);
}

/** What a message asks of that which the question before it is about. */
function askedOf(before: string, message: string, language: string): AskedFact | undefined {
  const asked = askedFact(message, language);
  return asked && { ...asked, about: `${askedFact(before, language)?.about ?? before} ${asked.about}` };
}

function missing(asked: AskedFact, passages: readonly Passage[], language: string): Lack | undefined {
  const { kind, about, counted } = asked;
  const units = passages.flatMap(unitsOf);
  const [telling, others] = divided(units, tellsOf(asked, units, language));
  const lack = (what: Missing): Lack => ({ what, telling: telling.map(({ text, row }) => row ?? text) });
  if (kind === "email" || kind === "phone") return telling.length > 0 ? undefined : lack("address");
  const terms = /[\p{L}\p{N}]/u.test(about) ? contentTerms(about, language) : [];
  const agreeing = telling.filter(({ text }) => !contradicts(about, text, language));
  const named = agreeing.map(({ text, context, before, leans }) => {
    return new Set(analyze([context, leans ? before : "", text].join(" "), language));
  });
  const titles = new Set(analyze([...passages, ...units].map(({ title }) => title).join(" "), language));
  const beside = terms.filter((term) => !titles.has(term));
  const isHeld = (term: string) => named.some((held) => likeness(term, held) > 0);
  // Hours are told without the words by which they are asked for: "Sat 10–14" says when a shop closes on Saturday.
  if (kind !== "time" && beside.length > 0 && !beside.some(isHeld)) return lack(kind === "person" ? "deed" : "all");
  // A number counts what is asked for only where that is named.
  const things = counted === undefined ? [] : analyze(counted, language);
  if (things.length > 0 && things.every((term) => beside.includes(term) && !isHeld(term))) return lack("all");
  // Who does something is told without a name as often as with one.
  if (kind === "person") return undefined;
  const told = agreeing.map(({ text, context, before }) => new Set(analyze(`${context} ${before} ${text}`, language)));
  const termsOf = ({ text }: Unit) => new Set(analyze(text, language));
  const untold = others.map(termsOf);
  const share = shares(terms, [...untold, ...telling.map(termsOf)]);
  return Math.max(0, ...untold.map(share)) > Math.max(0, ...told.map(share)) + tolerance ? lack("fact") : undefined;
}

/** Those that pass, and those that do not. */
function divided<T>(all: readonly T[], passes: (one: T) => boolean): [passing: T[], others: T[]] {
  const passing = new Set(all.filter(passes));
  return [[...passing], all.filter((one) => !passing.has(one))];
}

/** All that is said of a product is about it. */
function unitsOf({ text, title, language, sourceType }: Passage): Unit[] {
  return sourceType === "product" ? [{ text, context: title, before: "", leans: false, title: "" }] : readUnits(text, language);
}

function tellsOf({ kind, measured }: AskedFact, units: readonly Unit[], language: string): (unit: Unit) => boolean {
  const tells = ({ row, text }: Unit) => tellsKind(kind, row ?? text, language, measured);
  // Prices of a page that names no currency are bare figures.
  const isBare = kind === "price" && !units.some(({ text }) => namesCurrency(text)) && units.some(tells);
  return (unit) => tells(unit) || (isBare && tellsKind("number", unit.text, language));
}

/** The share of terms that a text holds, each by its rarity among all texts, words of the same family among them. */
function shares(terms: readonly string[], texts: readonly ReadonlySet<string>[]): (held: ReadonlySet<string>) => number {
  const weights = terms.map((term) => {
    const holders = texts.filter((text) => likeness(term, text) > 0).length;
    return Math.log(1 + (texts.length - holders + 0.5) / (holders + 0.5));
  });
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  return (held) => terms.reduce((sum, term, index) => sum + (weights[index] ?? 0) * likeness(term, held), 0) / (all || 1);
}

/** Whether a question names somebody or something that no passage names. */
function namesUnknown(question: string, passages: readonly Passage[], language: string): boolean {
  const names = namesIn(question, language);
  if (names.length === 0) return false;
  const held = new Set(passages.flatMap(({ title, text }) => analyze(`${title} ${text}`, language)));
  return names.some((name) => contentTerms(name, language).every((term) => likeness(term, held) === 0));
}

/** A word with a short number behind it; years and amounts are longer or stand elsewhere. */
const labelled = /(\p{L}{3,})\s+(\p{N}{1,3})(?![\p{N}\p{L}]|[.,:]\p{N})/gu;

/** Whether a question names a thing by its number ("error 31") that the passages know with other numbers only. */
function namesOtherNumber(question: string, passages: readonly Passage[], language: string): boolean {
  const labels = (text: string) =>
    [...text.toLowerCase().matchAll(labelled)]
      .filter(([, word = ""]) => !functionWords(language).has(word))
      .map(([, word = "", number = ""]) => ({ term: analyze(word, language)[0], number }));
  const known = passages.flatMap(({ text }) => labels(text));
  return labels(question).some(({ term, number }) => {
    // The number of an entry in a list names nothing.
    const said = new RegExp(`(?<!\\p{N})${number}(?![\\p{N}.)])`, "u");
    return known.some((other) => other.term === term) && !passages.some(({ text }) => said.test(text));
  });
}
