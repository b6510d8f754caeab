/** A marker with the space in front of it, or the edge of code. Bounded in length, so that what may become one can be held back. */
const markerOrTick = /\s{0,3}\[([1-9]\d?(?:,\s?[1-9]\d?){0,4})\]|`/g;
/** An end of text from which a marker may still grow. */
const unfinished = /(?:\s{1,3}|\s{0,3}\[[\d,\s]{0,18})$/;
/** The longest a marker can be. */
const longestMarker = 24;

/**
 * Takes the passage numbers that a model was asked for out of its answer while it streams, and collects those that name a passage it was
 * given. A number that names none is dropped as well: it cites nothing. Between backticks, numbers in brackets are code.
 */
export class CitationMarkers {
  /** Numbers cited, from 1, in the order of their first use. */
  readonly cited = new Set<number>();
  readonly #passages: number;
  #isCode = false;
  #held = "";

  constructor(passages: number) {
    this.#passages = passages;
  }

  /** The text that can be shown now; a marker cut in two by the stream is held back until its rest arrives. */
  push(piece: string): string {
    const text = this.#held + piece;
    const cut = unfinished.exec(text.slice(-longestMarker));
    const end = cut === null ? text.length : text.length - cut[0].length;
    this.#held = text.slice(end);
    return this.#strip(text.slice(0, end));
  }

  /** What was held back when the stream ended. */
  end(): string {
    const rest = this.#strip(this.#held);
    this.#held = "";
    return rest;
  }

  #strip(text: string): string {
    if (this.#passages === 0) return text;
    return text.replace(markerOrTick, (whole, numbers: string | undefined) => {
      if (numbers === undefined) this.#isCode = !this.#isCode;
      if (numbers === undefined || this.#isCode) return whole;
      for (const number of numbers.split(",").map(Number)) {
        if (number >= 1 && number <= this.#passages) this.cited.add(number);
      }
      return "";
    });
  }
}
