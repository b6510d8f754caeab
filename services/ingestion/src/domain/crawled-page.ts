import type { SourceEntry } from "./source.ts";

/** What came of crawling a page. Kept until the job has ended and the lists of sources tell it. */
export interface CrawledPage {
  chatbotId: string;
  jobId: string;
  item: number;
  /** `skipped`: the characters of the plan were used up, or the source was deleted meanwhile. */
  outcome: "read" | "failed" | "skipped";
  /** The source as it is now; null unless it was read. */
  entry: SourceEntry | null;
  /** What is known of it in case it cannot be indexed; null for nothing. */
  previous: SourceEntry | null;
  /** Why it failed, in words an owner understands. */
  reason: string;
}
