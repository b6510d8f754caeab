import { words } from "@parlance/language";
import type { AnswerPassage } from "@parlance/ports";
import type { Candidate } from "./candidate.ts";
import { type Clause, splitLong } from "./clauses.ts";
import { extract, type Extract, isClosed, type Span, spansOf, withoutMarkers } from "./spans.ts";
import { withLeaning } from "./leaning.ts";
import { stepLists } from "./steps.ts";
import { isTitle, isWordyTitle, productName } from "./titles.ts";

/** More words than a reader takes in at once; a longer sentence is cut into clauses, a longer list or Q&A into its parts. */
const longest = 60;
/** Characters of what each line is read with; no heading or question is longer. */
const longestContext = 1_000;
const runInWords = 2;
/** Bars of a row with a name and a value. */
const propertyBars = 3;
const question = /[?？؟][\])}"'”’»*_]*$/u;
const numbered = /^\d{1,3}[.)]\s/u;
const blankLine = /\n[ \t\r]*\n/;

/** What can be quoted from a passage, in its order. */
export function candidatesOf(passage: AnswerPassage, rank: number): Candidate[] {
  const reader = new PassageReader(passage, rank);
  const spans = spansOf(passage.text, passage.language);
  spans.forEach((span, index) => reader.read(span, spans[index + 1], spans[index + 2]));
  const lists = stepLists(passage.text);
  const found = reader.finish().map((candidate) => ({
    ...candidate,
    steps: lists.find(({ start, end }) => start <= candidate.start && candidate.end <= end),
  }));
  return passage.sourceType === "q&a" ? wholeAnswer(passage, found) : withLeaning(found);
}

/** Walks over the lines of a passage and keeps what the next one stands under. */
class PassageReader {
  readonly #passage: AnswerPassage;
  readonly #rank: number;
  readonly #found: Candidate[] = [];
  /** Shown if the passage has nothing else. */
  readonly #headings: Candidate[] = [];
  #context = "";
  #anchor: Extract | undefined;
  #end = 0;
  /** That the line begins a paragraph. */
  #isFirst = true;
  /** Where the question of a Q&A ends. */
  readonly #questionEnd: number;

  constructor(passage: AnswerPassage, rank: number) {
    this.#passage = passage;
    this.#rank = rank;
    this.#anchor = passage.sourceType === "product" ? productName(passage) : undefined;
    const asked = passage.sourceName.trim();
    this.#questionEnd = passage.sourceType === "q&a" && passage.text.startsWith(asked) ? asked.length : 0;
  }

  read(span: Span, next: Span | undefined, afterNext: Span | undefined): void {
    const { text } = this.#passage;
    const shown = extract(text, withoutMarkers(text, span));
    if (shown.length === 0 || this.#isAnchor(shown)) {
      return;
    }
    this.#leaveBlock(span, shown);
    this.#isFirst = this.#end === 0 || blankLine.test(text.slice(this.#end, span.start));
    this.#end = span.end;
    if (this.#isContext(span, shown, next) || (next && this.#isOverHeading(span, shown, { next, afterNext }))) {
      this.#headings.push(this.#candidate({ ...shown, cutBefore: false, cutAfter: false }, true));
      this.#context = shown.text;
      this.#anchor = undefined;
    } else if (next && this.#opensBlock(span, shown, next)) {
      this.#anchor = shown;
    } else {
      const isLine = !isClosed(shown.text);
      this.#found.push(...splitLong(text, shown, longest).map((clause) => this.#candidate(clause, isLine)));
    }
  }

  finish(): Candidate[] {
    const found = mergeLists(this.#passage, this.#found);
    return found.length > 0 ? found : this.#headings;
  }

  #candidate(clause: Clause, isLine: boolean): Candidate {
    const context = [this.#context, this.#anchor?.text].filter(Boolean).join(" ").slice(0, longestContext);
    return {
      ...clause,
      passage: this.#passage,
      rank: this.#rank,
      context,
      anchor: this.#anchor,
      isLine,
      steps: undefined,
      isWhole: false,
      leansOn: undefined,
    };
  }

  #isAnchor({ start, end }: Span): boolean {
    const anchor = this.#anchor;
    return this.#passage.sourceType === "product" && anchor !== undefined && anchor.start >= start && anchor.end === end;
  }

  /** A list or table ends at a blank line after its first entry, and before a full sentence that is no entry. */
  #leaveBlock(span: Span, shown: Extract): void {
    const anchor = this.#passage.sourceType === "product" ? undefined : this.#anchor;
    if (!anchor) {
      return;
    }
    const isBlank = blankLine.test(this.#passage.text.slice(this.#end, span.start));
    const isEntry = span.start !== shown.start || !isClosed(shown.text);
    if (!isEntry || (isBlank && this.#found.at(-1)?.anchor === anchor)) {
      this.#anchor = undefined;
    }
  }

  /** A heading or a question says what follows it is about, and answers nothing itself. */
  #isContext(span: Span, shown: Extract, next: Span | undefined): boolean {
    const { text } = this.#passage;
    if (text.startsWith("#", span.start) || question.test(shown.text.slice(-12)) || shown.end <= this.#questionEnd) {
      return true;
    }
    if (!next) {
      return false;
    }
    if (!/\n/.test(text.slice(span.end, next.start))) {
      // The title of a numbered paragraph, in its first line: "3. Working hours. Core hours are …".
      return span.start !== shown.start && words(shown.text).length <= runInWords;
    }
    return (
      isClosed(text.slice(next.start, next.end)) && isTitle(shown) && (span.start === shown.start || this.#isNumbered(span, next))
    );
  }

  /** The number of a paragraph's title, and not of a list's entry. */
  #isNumbered(span: Span, next: Span): boolean {
    const { text } = this.#passage;
    const isDirect = !blankLine.test(text.slice(span.end, next.start));
    return (
      this.#isFirst &&
      isDirect &&
      numbered.test(text.slice(span.start, span.end)) &&
      !numbered.test(text.slice(next.start, next.end))
    );
  }

  /** A title over another title or over a list, such as the name of a page over its first chapter. */
  #isOverHeading(span: Span, shown: Extract, { next, afterNext }: { next: Span; afterNext: Span | undefined }): boolean {
    const { text } = this.#passage;
    const below = extract(text, next);
    const opensList = /[:：]$/.test(below.text) && /\n/.test(text.slice(span.end, next.start));
    const isHeading = afterNext !== undefined && isTitle(below) && isClosed(text.slice(afterNext.start, afterNext.end));
    const isApart = blankLine.test(text.slice(span.end, next.start));
    return this.#isFirst && span.start === shown.start && isWordyTitle(shown) && (opensList || (isApart && isHeading));
  }

  /** A title over lines that are no sentences, such as times or prices. */
  #isOverLines(span: Span, shown: Extract, next: Span): boolean {
    const { text } = this.#passage;
    const below = extract(text, next);
    const isApart = blankLine.test(text.slice(span.end, next.start));
    const startsLine = isApart || /^[ \t\r]*\n[ \t]*$/.test(text.slice(span.end, next.start));
    const isOther = isApart ? !isTitle(below) && !isClosed(below.text) : !/^\p{Ll}/u.test(below.text);
    return this.#isFirst && startsLine && isOther && span.start === shown.start && isWordyTitle(shown);
  }

  /**
   * The first row of a table that has no rule under it, when it alone names things and the next one gives figures. A table of two columns may
   * be a list of properties, which has no head; one of more always has one.
   */
  #isBareHead(span: Span, below: string): boolean {
    const { text } = this.#passage;
    const isFirst = !/\|[ \t]*\n[ \t]*$/.test(text.slice(Math.max(0, span.start - 8), span.start));
    const head = text.slice(span.start, span.end);
    const isWide = head.split("|").length > propertyBars + 1;
    return isFirst && below.startsWith("|") && (isWide || /\d/.test(below)) && !/\d/.test(head);
  }

  /** The head of a table, a line that ends in a colon with more lines under it, or the title of some lines. */
  #opensBlock(span: Span, shown: Extract, next: Span): boolean {
    const { text } = this.#passage;
    const below = text.slice(next.start, next.end);
    const isHead = text.startsWith("|", span.start) && (/^\|[\s:|-]+$/.test(below) || this.#isBareHead(span, below));
    return (
      isHead || this.#isOverLines(span, shown, next) || (/[:：]$/.test(shown.text) && /\n/.test(text.slice(span.end, next.start)))
    );
  }
}

/** A list is shown with the sentence that opens it, whole as long as it is short: a part of it would say something else. */
function mergeLists(passage: AnswerPassage, found: readonly Candidate[]): Candidate[] {
  const merged: Candidate[] = [];
  const lists = new Map<Extract | undefined, Extract>();
  for (const [anchor, entries] of Map.groupBy(found, (candidate) => candidate.anchor)) {
    const end = entries.at(-1)?.end;
    if (anchor && end !== undefined && /[:：]$/.test(anchor.text))
      lists.set(anchor, extract(passage.text, { start: anchor.start, end }));
  }
  for (const [index, candidate] of found.entries()) {
    const { anchor } = candidate;
    const list = lists.get(anchor);
    if (!list || list.length > longest) {
      merged.push(candidate);
    } else if (found[index - 1]?.anchor !== anchor) {
      merged.push({ ...candidate, ...list, anchor: undefined, isLine: true });
    }
  }
  return merged;
}

/** An answer that its owner wrote is shown whole as long as it is short. */
function wholeAnswer(passage: AnswerPassage, found: Candidate[]): Candidate[] {
  const [first] = found;
  const last = found.at(-1);
  if (!first || !last) {
    return found;
  }
  const whole = extract(passage.text, { start: (first.anchor ?? first).start, end: last.end });
  const isShort = whole.length <= longest && !last.cutAfter;
  return isShort ? [{ ...first, ...whole, anchor: undefined, isLine: false, isWhole: true }] : found;
}
