export interface Sentence {
  /** Without white space at either end. */
  text: string;
  /** UTF-16 offsets into the text that was split; `text.slice(start, end)` is the sentence. */
  start: number;
  end: number;
}

/** Abbreviations that end with a dot and go on, lower case, without the dot. */
const abbreviations = new Set(
  `mr mrs ms dr prof st sr jr vs etc inc ltd co corp no nos vol fig figs p pp art sec ch approx dept est gen gov lt col sgt capt rev hon
   e.g i.e cf al ca bzw z.b d.h u.a usw nr str bd hrsg jh sog evtl ggf inkl zzgl sra srta ud uds ej pág núm av dto p.ej m mme mlle n° г гг т.е т.д т.п др им ул
   tel tél telef teléf tlf fax mob ext incl excl min max bldg ave blvd apt тел факс
   jan feb mar apr jun jul aug sep sept oct nov dec`.split(/\s+/),
);
const lastWord = /([\p{L}\p{N}.°]+)\.\s*$/u;

/** Characters of a table's row that reads as one line; a longer one holds texts of their own. */
const longestRow = 300;

/**
 * Sentences of a text by Unicode's rules (Intl.Segmenter), joined again where the dot ended an initial, a common abbreviation, the number
 * of a paragraph or the day of a date ("30. November"), and within a row of a table. A line break after which a line begins anew (list item, heading, table row) ends a sentence as well.
 */
export function splitSentences(text: string, language: string): Sentence[] {
  const found: Sentence[] = [];
  let joined: { start: number; end: number } | undefined;
  for (const part of segmenterFor(language).segment(text)) {
    const start = joined?.start ?? part.index;
    const end = part.index + part.segment.length;
    const soFar = text.slice(start, end);
    const goesOn =
      endsInAbbreviation(soFar) || isNumber(soFar) || endsInDay(text, { start, end }, language) || isInRow(text, { start, end });
    if (goesOn && end < text.length && !/\n\s*$/.test(part.segment)) {
      joined = { start, end };
      continue;
    }
    joined = undefined;
    pushTrimmed(text, { start, end }, found);
  }
  if (joined !== undefined) pushTrimmed(text, joined, found);
  return found;
}

function endsInAbbreviation(sentence: string): boolean {
  // Only the end matters: a regular expression that looks for it in a very long line would take quadratic time.
  const word = lastWord.exec(sentence.slice(-40))?.[1];
  if (word === undefined) return false;
  return /^\p{Lu}$/u.test(word) || /^(\p{Lu}\.)+\p{Lu}$/u.test(word) || abbreviations.has(word.toLowerCase());
}

/** The number of a paragraph or of a list's entry, which belongs to what it counts. */
function isNumber(sentence: string): boolean {
  return sentence.length <= 8 && /^\s*\d{1,3}\.\s*$/.test(sentence);
}

/** What ends a sentence in one cell ("What is new?") ends no row. */
function isInRow(text: string, { start, end }: { start: number; end: number }): boolean {
  if (!text.startsWith("|", start)) return false;
  const feed = text.indexOf("\n", start);
  const rowEnd = feed < 0 ? text.length : feed;
  return end < rowEnd && rowEnd - start <= longestRow;
}

/** The dot of an ordinal before the name of a month, as half of Europe writes dates. */
function endsInDay(text: string, { start, end }: { start: number; end: number }, language: string): boolean {
  if (language === "" || !/(?:^|\s)\d{1,2}\.\s*$/.test(text.slice(Math.max(start, end - 8), end))) return false;
  const next = text.slice(end, end + longestMonth).toLowerCase();
  return monthsOf(language).some((month) => next.startsWith(month));
}

const longestMonth = 20;
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

function pushTrimmed(text: string, range: { start: number; end: number }, found: Sentence[]): void {
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
