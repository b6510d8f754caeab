import type { AnswerPassage } from "@parlance/ports";
import type { Clause } from "./clauses.ts";
import type { Extract } from "./spans.ts";

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
  /** The numbered list that it is an entry of. */
  steps: Extract | undefined;
  /** The whole answer of a Q&A, which says all that its owner wants said. */
  isWhole: boolean;
  /** The sentence before it that it speaks of. */
  leansOn: Candidate | undefined;
}
