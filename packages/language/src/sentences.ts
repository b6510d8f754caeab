import { isAbbreviation } from "./abbreviations.ts";
import { isCommonWord } from "./common-words.ts";
import { fold } from "./fold.ts";
import { cutsOf, endsUnmarked } from "./unspaced.ts";

export interface Sentence {
  /** Without white space at either end. */
  text: string;
  /** UTF-16 offsets into the text that was split; `text.slice(start, end)` is the sentence. */
  start: number;
  end: number;
}

interface Range {
  start: number;
  end: number;
}

const lastWord = /([\p{L}\p{M}\p{N}.°-]+)\.\s*$/u;

/** Characters of a table's row that reads as one line; a longer one holds texts of their own. */
const longestRow = 300;

/**
 * Sentences of a text by Unicode's rules (Intl.Segmenter), joined again where the dot ended an initial, a common abbreviation, the number
 * of a paragraph, an ordinal ("im 19. Jahrhundert", "30. November"), and within a row of a table. A line break after which a line begins anew (list item, heading, table row) ends a sentence as well.
 */
export function splitSentences(text: string, language: string): Sentence[] {
  const found: Sentence[] = [];
  let joined: Range | undefined;
  const pushWhole = ({ start, end }: Range) => {
    const cuts = endsUnmarked(language) ? cutsOf(text.slice(start, end)).map((cut) => start + cut) : [];
    [start, ...cuts].forEach((from, i) => pushTrimmed(text, { start: from, end: cuts[i] ?? end }, found));
  };
  for (const part of segmenterFor(language).segment(text)) {
    const start = joined?.start ?? part.index;
    const end = part.index + part.segment.length;
    const soFar = text.slice(start, end);
    const goesOn =
      endsInAbbreviation(text, { start, end }, language) ||
      isNumber(soFar) ||
      endsInOrdinal(text, { start, end }, language) ||
      isInRow(text, { start, end });
    if (goesOn && end < text.length && !/\n\s*$/.test(part.segment)) {
      joined = { start, end };
      continue;
    }
    joined = undefined;
    pushWhole({ start, end });
  }
  if (joined !== undefined) pushWhole(joined);
  return found;
}

function endsInAbbreviation(text: string, { start, end }: Range, language: string): boolean {
  // Only the end matters: a regular expression that looks for it in a very long line would take quadratic time.
  const word = lastWord.exec(text.slice(Math.max(start, end - 40), end))?.[1];
  if (word === undefined) return false;
  // Thai ends no sentence with a dot.
  if (/\p{Script=Thai}$/u.test(word)) return true;
  if (/^[\p{Lu}\p{Script=Arabic}\p{Script=Hebrew}]$/u.test(word) || /^(?:\p{Lu}\.)+\p{Lu}$/u.test(word)) return true;
  return isAbbreviation(word.toLowerCase(), language, text.slice(end, end + 12));
}

/** The number of a paragraph or of a list's entry, which belongs to what it counts. */
function isNumber(sentence: string): boolean {
  return sentence.length <= 8 && /^\s*\d{1,3}\.\s*$/.test(sentence);
}

/** What ends a sentence in one cell ("What is new?") ends no row. */
function isInRow(text: string, { start, end }: Range): boolean {
  if (!text.startsWith("|", start)) return false;
  // No further: a long row without end would be looked through from each of its sentences.
  const row = text
    .slice(start, start + longestRow + 1)
    .split("\n", 1)
    .join("");
  return row.length <= longestRow && end < start + row.length;
}

/**
 * The dot that makes a number an ordinal, as half of Europe writes it: before the name of a month, or before a word that begins no sentence. Languages that
 * write nouns small need the second only before names ("II. Mehmed"), for Unicode's rules see no end there else.
 */
function endsInOrdinal(text: string, { start, end }: Range, language: string): boolean {
  const number = language === "" ? null : ordinal.exec(text.slice(Math.max(start, end - 10), end));
  if (number === null) return false;
  const next = text.slice(end, end + longestNext).toLowerCase();
  if (monthsOf(language).some((month) => next.startsWith(month))) return true;
  const isRoman = number.groups?.["roman"] !== undefined;
  if (language !== "de" && !(isRoman && romanOrdinals.has(language))) return false;
  const word = fold(/^[\p{L}\p{M}]+/u.exec(next)?.[0] ?? "");
  return word !== "" && !isCommonWord(word, language) && !germanOpeners.has(word);
}

const ordinal = /(?:^|[\s(–-])(?:\d{1,2}|(?<roman>[IVX]+))\.\s*$/;
const romanOrdinals = new Set(["cs", "da", "fi", "hr", "hu", "nb", "no", "sk", "sl", "tr"]);
/** Adverbs and conjunctions that a German sentence often begins with, beside the function words; folded. */
const germanOpeners = new Set(
  `allerdings anfangs anschliessend ausserdem bisher dabei dadurch dafur daher danach daneben daraufhin darum davon davor dazu deshalb deswegen dort ebenso erst ferner folglich gleichzeitig
  heute heutzutage hierbei hierzu hinzu immer insbesondere insgesamt inzwischen jedoch lediglich mehrere meist mittlerweile nachdem obwohl schliesslich seitdem seither somit spater stattdessen trotzdem
  ubrigens vorher weiterhin zudem zuerst zuletzt zunachst zusatzlich zuvor`.split(/\s+/),
);

/** Characters that are looked at behind a dot; no month or function word is longer. */
const longestNext = 24;
const months = new Map<string, string[]>();

function monthsOf(language: string): string[] {
  let names = months.get(language);
  if (names === undefined) {
    const format = new Intl.DateTimeFormat(language, { day: "numeric", month: "long", timeZone: "UTC" });
    const dates = Array.from({ length: 12 }, (_, month) => format.formatToParts(Date.UTC(2000, month, 15)));
    names = dates.flatMap((parts) => parts.filter(({ type }) => type === "month").map(({ value }) => value.toLowerCase()));
    months.set(language, names);
  }
  return names;
}

function pushTrimmed(text: string, range: Range, found: Sentence[]): void {
  const raw = text.slice(range.start, range.end);
  const trimmed = raw.trim();
  if (trimmed === "") return;
  const start = range.start + (raw.length - raw.trimStart().length);
  found.push({ text: trimmed, start, end: start + trimmed.length });
}

const segmenters = new Map<string, Intl.Segmenter>();

function segmenterFor(language: string): Intl.Segmenter {
  let segmenter = segmenters.get(language);
  if (segmenter === undefined) {
    segmenter = new Intl.Segmenter(language === "" ? undefined : language, { granularity: "sentence" });
    segmenters.set(language, segmenter);
  }
  return segmenter;
}
