import { analyze, askedFact, likeness, questionParts, termsOfParticular, type AskedFact } from "@parlance/language";
import { namesOtherNumber, namesUnknown } from "./named-things.ts";
import { isUnderstood, type Asked, type LookCloser } from "./refusal.ts";
import { seek, type Passage, type SoughtFact } from "./sought-fact.ts";

/**
 * What the passages lack: the number that a thing is named by, any address of the kind, a name, any fact of the kind about the matter, one in a
 * sentence that speaks of the matter as much as others do, or what somebody is asked for who did it.
 */
export type Missing = "number" | "address" | "name" | "all" | "fact" | "deed";

interface AskedAs extends Asked {
  /** The question without corrections. */
  typed: string;
  /** The message that asks, where the question is the one before it or both. */
  followUp?: string | undefined;
}

/** Cosine from which a sentence names the same by another name, or tells in other words who did it ("who started it", "it was opened by"). */
const sameMeaning: Partial<Readonly<Record<Missing, number>>> = { name: 0.66, deed: 0.5 };

/**
 * Whether passages that speak of a question also tell what it asks for, as far as form tells (docs/quality.md has the figures). Meant for answers that are
 * quoted: a model that writes sees by itself what is missing.
 */
export async function tellsFact({ question, typed, followUp, found }: AskedAs, lookCloser: LookCloser): Promise<boolean> {
  // A correction may have put another word in the place of a right one, so that the question must lack its fact both ways.
  const asTyped = missingFact(typed, found.hits, followUp);
  const lack = asTyped === undefined || typed === question ? asTyped : missingFact(question, found.hits, followUp);
  const same = lack && sameMeaning[lack];
  if (same === undefined) return lack === undefined;
  return isUnderstood(found) && (await lookCloser()).sentenceCosine >= same;
}

/**
 * What is missing of the price, time, number, person or address that a question asks for. A sentence that tells one counts with what it stands under and
 * the two sentences before it. undefined when it may be told, when something of another kind or several things are asked for, and where
 * a Q&A comes first, whose owner answers in any form.
 * @param followUp the message that asks, where the question is the one before it or both
 */
export function missingFact(question: string, passages: readonly Passage[], followUp?: string): Missing | undefined {
  const language = passages[0]?.language ?? "";
  if (passages[0]?.sourceType === "q&a" || asksSeveral(followUp ?? question, language)) return undefined;
  if (followUp === undefined && namesOtherNumber(question, passages, language)) return "number";
  const asked = followUp === undefined ? askedAlone(question, language) : askedAfter(question, followUp, language);
  const sought = asked && seek(asked, passages, language);
  const lack = sought && checks.map((check) => check(sought)).find((found) => found !== undefined);
  if (lack !== undefined) return lack;
  return followUp === undefined && namesUnknown(question, passages, language) ? "name" : undefined;
}

function asksSeveral(message: string, language: string): boolean {
  return message.includes("\n") || questionParts(message, language).length > 1;
}

/** Opening hours are told by their form, seldom in the words by which they are asked for. */
function askedAlone(question: string, language: string): AskedFact | undefined {
  const asked = askedFact(question, language);
  const isForHours = asked?.kind === "time" && termsOfParticular(question, language)?.length === 1;
  return isForHours ? { ...asked, about: "" } : asked;
}

/** What a message asks of that which the question before it is about. */
function askedAfter(question: string, message: string, language: string): AskedFact | undefined {
  const asked = askedFact(message, language);
  const before = question.split("\n", 1).join("");
  return asked && { ...asked, about: `${askedFact(before, language)?.about ?? before} ${asked.about}` };
}

type Check = (sought: SoughtFact) => Missing | undefined;

/** The first that misses something says what. */
const checks: readonly Check[] = [noAddress, nothingOfTheMatter, nothingCounted, toldOfSomethingElse];

/** An e-mail address or a phone number seldom says whose it is, so that any will do for what the passages speak of. */
function noAddress({ kind, language, telling, others, beside }: SoughtFact): Missing | undefined {
  if (!isAddress(kind)) return undefined;
  const said = new Set(analyze([...telling, ...others].map(({ context, text }) => `${context} ${text}`).join("\n"), language));
  const isUnknown = beside.length > 0 && beside.every((term) => likeness(term, said) === 0);
  return telling.length === 0 || isUnknown ? "address" : undefined;
}

/** A page on which only rooms have prices tells none of a massage. */
function nothingOfTheMatter({ kind, beside, isSpokenOf }: SoughtFact): Missing | undefined {
  // Hours are told without the words by which they are asked for: "Sat 10–14" says when a shop closes on Saturday.
  if (kind === "time" || isAddress(kind) || beside.length === 0 || beside.some(isSpokenOf)) return undefined;
  return kind === "person" ? "deed" : "all";
}

/** A number counts what is asked for only where that is named. */
function nothingCounted({ counted, language, beside, isSpokenOf }: SoughtFact): Missing | undefined {
  const things = counted === undefined ? [] : analyze(counted, language);
  return things.length > 0 && things.every((term) => beside.includes(term) && !isSpokenOf(term)) ? "all" : undefined;
}

/** Where a sentence without a fact of the kind holds more of the question than all that tell one, those tell it of something else. */
function toldOfSomethingElse({ kind, language, terms, telling, others }: SoughtFact): Missing | undefined {
  // Who does something is told without a name as often as with one.
  if (kind === "person" || isAddress(kind)) return undefined;
  const held = (text: string) => {
    const own = new Set(analyze(text, language));
    return terms.reduce((sum, term) => sum + likeness(term, own), 0);
  };
  const told = Math.max(0, ...telling.map(({ text, context, before }) => held(`${context} ${before} ${text}`)));
  return others.some(({ text }) => held(text) > told) ? "fact" : undefined;
}

function isAddress(kind: AskedFact["kind"]): boolean {
  return kind === "email" || kind === "phone";
}
