import { words } from "@parlance/language";
import type { AnswerPassage } from "@parlance/ports";
import { type Clause, splitLong } from "./clauses.ts";
import { extract, type Extract, isClosed, type Span, spansOf, withoutMarkers } from "./spans.ts";

/** A sentence, line or clause of a passage that an answer may quote. */
export interface Candidate extends Clause {
  passage: AnswerPassage;
  /** Rank of the passage, from 0. */
  rank: number;
  /** What it stands under and is read with: a heading, a question, the head of a table, the name of a product. */
  context: string;
  /** A context without which it cannot be understood, and which is shown with it. */
  anchor: Extract | undefined;
  /** A line of its own: list item, table row, `key: value`. */
  isLine: boolean;
  /** The whole answer of a Q&A, which says all that its owner wants said. */
  isWhole: boolean;
}

/** More words than a reader takes in at once; a longer sentence is cut into clauses, a longer list or Q&A into its parts. */
const LONGEST = 60;
const HEADING_WORDS = 8;
const RUN_IN_WORDS = 2;
const question = /[?？؟][\])}"'”’»*_]*$/u;
const nameLine = /^(?:product[ _-]?)?(?:name|title)\s*:/iu;

/** What can be quoted from a passage, in its order. */
export function candidatesOf(passage: AnswerPassage, rank: number): Candidate[] {
  const reader = new PassageReader(passage, rank);
  const spans = spansOf(passage.text, passage.language);
  spans.forEach((span, index) => reader.read(span, spans[index + 1]));
  const found = reader.finish();
  return passage.sourceType === "q&a" ? wholeAnswer(passage, found) : found;
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

  constructor(passage: AnswerPassage, rank: number) {
    this.#passage = passage;
    this.#rank = rank;
    this.#anchor = passage.sourceType === "product" ? productName(passage) : undefined;
  }

  read(span: Span, next: Span | undefined): void {
    const { text } = this.#passage;
    const shown = extract(text, withoutMarkers(text, span));
    if (shown.length === 0 || this.#isAnchor(shown)) {
      return;
    }
    this.#leaveBlock(span, shown);
    this.#end = span.end;
    if (this.#isContext(span, shown, next)) {
      this.#headings.push(this.#candidate({ ...shown, cutBefore: false, cutAfter: false }, true));
      this.#context = shown.text;
      this.#anchor = undefined;
    } else if (next && this.#opensBlock(span, shown, next)) {
      this.#anchor = shown;
    } else {
      const isLine = !isClosed(shown.text);
      this.#found.push(...splitLong(text, shown, LONGEST).map((clause) => this.#candidate(clause, isLine)));
    }
  }

  finish(): Candidate[] {
    const found = mergeLists(this.#passage, this.#found);
    return found.length > 0 ? found : this.#headings;
  }

  #candidate(clause: Clause, isLine: boolean): Candidate {
    const context = [this.#context, this.#anchor?.text].filter(Boolean).join(" ");
    return { ...clause, passage: this.#passage, rank: this.#rank, context, anchor: this.#anchor, isLine, isWhole: false };
  }

  #isAnchor({ start }: Span): boolean {
    return this.#passage.sourceType === "product" && this.#anchor?.start === start;
  }

  /** A list or table ends at a blank line after its first entry, and before a full sentence that is no entry. */
  #leaveBlock(span: Span, shown: Extract): void {
    const anchor = this.#passage.sourceType === "product" ? undefined : this.#anchor;
    if (!anchor) {
      return;
    }
    const isBlank = /\n[ \t\r]*\n/.test(this.#passage.text.slice(this.#end, span.start));
    const isEntry = span.start !== shown.start || !isClosed(shown.text);
    if (!isEntry || (isBlank && this.#found.at(-1)?.anchor === anchor)) {
      this.#anchor = undefined;
    }
  }

  /** A heading or a question says what follows it is about, and answers nothing itself. */
  #isContext(span: Span, shown: Extract, next: Span | undefined): boolean {
    const { text, sourceType, sourceName } = this.#passage;
    if (text.startsWith("#", span.start) || question.test(shown.text.slice(-12))) {
      return true;
    }
    if (!next) {
      return false;
    }
    if (!/\n/.test(text.slice(span.end, next.start))) {
      // The title of a numbered paragraph, in its first line: "3. Working hours. Core hours are …".
      return span.start !== shown.start && words(shown.text).length <= RUN_IN_WORDS;
    }
    const isOwnQuestion = sourceType === "q&a" && shown.text === sourceName.trim();
    const isTitle = !isClosed(shown.text) && !/[:|,;]/.test(shown.text) && words(shown.text).length <= HEADING_WORDS;
    return isOwnQuestion || (isTitle && span.start === shown.start && isClosed(text.slice(next.start, next.end)));
  }

  /** The first row of a table that has no rule under it, when it alone names things and the next one gives figures. */
  #isBareHead(span: Span, below: string): boolean {
    const { text } = this.#passage;
    const isFirst = !/\|[ \t]*\n[ \t]*$/.test(text.slice(Math.max(0, span.start - 8), span.start));
    return isFirst && below.startsWith("|") && /\d/.test(below) && !/\d/.test(text.slice(span.start, span.end));
  }

  /** The head of a table, or a line that ends in a colon with more lines under it. */
  #opensBlock(span: Span, shown: Extract, next: Span): boolean {
    const { text } = this.#passage;
    const below = text.slice(next.start, next.end);
    const isHead = text.startsWith("|", span.start) && (/^\|[\s:|-]+$/.test(below) || this.#isBareHead(span, below));
    return isHead || (/[:：]$/.test(shown.text) && /\n/.test(text.slice(span.end, next.start)));
  }
}

function productName({ text, language }: AnswerPassage): Extract | undefined {
  const lines = spansOf(text, language).map((span) => extract(text, span));
  const name = lines.find((line) => nameLine.test(line.text)) ?? lines[0];
  return lines.length > 1 ? name : undefined;
}

/** A list is shown with the sentence that opens it, whole as long as it is short: a part of it would say something else. */
function mergeLists(passage: AnswerPassage, found: readonly Candidate[]): Candidate[] {
  const merged: Candidate[] = [];
  for (const [index, candidate] of found.entries()) {
    const { anchor } = candidate;
    const entries = anchor && /[:：]$/.test(anchor.text) ? found.filter((other) => other.anchor === anchor) : [];
    const last = entries.at(-1);
    const list = anchor && last ? extract(passage.text, { start: anchor.start, end: last.end }) : undefined;
    if (!list || list.length > LONGEST) {
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
  const isShort = whole.length <= LONGEST && !last.cutAfter;
  return isShort ? [{ ...first, ...whole, anchor: undefined, isLine: false, isWhole: true }] : found;
}
