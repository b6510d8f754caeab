/** Hosts that leave one page after another without an answer, during one training: to wait for each page of a site that hangs takes hours. */
export interface Unanswering {
  /** Whether the last of its pages, more than one, stayed without an answer however long they were waited for. */
  isSilent(host: string): boolean;
  /** Whether no more of its pages are asked for. */
  isGivenUp(host: string): boolean;
  /** Tells what came of a page in the end. */
  note(host: string, outcome: { answered: boolean }): void;
}

/** Some pages of a site that answers may be too slow, or barred to crawlers. */
const mostInRow = 8;

export function createUnanswering(): Unanswering {
  const inRow = new Map<string, number>();
  const countOf = (host: string) => inRow.get(host) ?? 0;
  return {
    isSilent: (host) => countOf(host) > 1,
    isGivenUp: (host) => countOf(host) >= mostInRow,
    note: (host, { answered }) => void inRow.set(host, answered ? 0 : countOf(host) + 1),
  };
}
