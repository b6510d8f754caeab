/** What a question asks for, of the kinds that are told by their form. */
export type AskedKind = "price" | "time" | "number" | "person" | "email" | "phone";

/** What an asked number measures, where the question says it. */
export type Measured = "length" | "weight" | "age" | "count";

export interface AskedFact {
  kind: AskedKind;
  /** The question without the words that say what kind of fact is asked for. */
  about: string;
  /** The words for the things that are counted, if they go by one name. */
  counted?: string;
  measured?: Measured;
}
