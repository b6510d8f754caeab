const marker = /\[(\d{1,2}(?:\s*,\s*\d{1,2})*)\]/g;
/** A text that may be the beginning of a marker whose end has not arrived yet. */
const unfinished = /\s*\[[\d,\s]{0,12}$/;

/**
 * Takes the passage numbers that a model was asked for out of its answer while it streams, and collects those that name a passage it was
 * given. A number that names none is dropped as well: it cites nothing.
 */
export class CitationMarkers {
  /** Numbers cited, from 1, in the order of their first use. */
  readonly cited = new Set<number>();
  readonly #passages: number;
  #held = "";

  constructor(passages: number) {
    this.#passages = passages;
  }

  /** The text that can be shown now; a marker cut in two by the stream is held back until its rest arrives. */
  push(piece: string): string {
    const text = this.#held + piece;
    const cut = unfinished.exec(text.slice(-24));
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
    return text.replace(new RegExp(`\\s*${marker.source}`, "g"), (_whole, numbers: string) => {
      for (const number of numbers.split(",").map(Number)) {
        if (number >= 1 && number <= this.#passages) this.cited.add(number);
      }
      return "";
    });
  }
}
