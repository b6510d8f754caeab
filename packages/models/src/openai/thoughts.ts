const opening = "<think>";
const closing = "</think>";

/**
 * Leaves out what a model thinks aloud before its answer, between `<think>` and `</think>`, as servers pass it on that do not tell it from the
 * answer. Such a tag further on is part of the answer.
 */
export class ThoughtFilter {
  #state: "begins" | "thinks" | "has thought" | "answers" = "begins";
  /** What has come and is not told yet. */
  #held = "";

  /** @returns what of the answer can be shown so far; empty while it cannot be told from a thought */
  push(text: string): string {
    if (this.#state === "answers") return text;
    this.#held += text;
    if (this.#state === "begins") this.#begin();
    if (this.#state === "thinks") this.#think();
    if (this.#state === "has thought") this.#held = this.#held.trimStart();
    if (this.#held !== "" && this.#state === "has thought") this.#state = "answers";
    return this.#state === "answers" ? this.#take() : "";
  }

  /** @returns what is left at the end: an answer that looked like the beginning of a thought */
  end(): string {
    return this.#state === "begins" ? this.#take() : "";
  }

  #begin(): void {
    const said = this.#held.trimStart();
    if (said.startsWith(opening)) this.#state = "thinks";
    else if (!opening.startsWith(said)) this.#state = "answers";
  }

  #think(): void {
    const end = this.#held.indexOf(closing);
    // The end of the tag may come with the next piece.
    this.#held = end === -1 ? this.#held.slice(-closing.length) : this.#held.slice(end + closing.length);
    if (end !== -1) this.#state = "has thought";
  }

  #take(): string {
    const text = this.#held;
    this.#held = "";
    return text;
  }
}
