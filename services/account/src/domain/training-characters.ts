import { AppError } from "@parlance/platform";
import { isOver } from "./billing-period.ts";
import type { Applied } from "./ledger.ts";

/** Training characters that a user took in a billing period. Deleting a source gives none back. */
export interface TrainingCharacters {
  periodStart: number;
  spent: number;
  /** Jobs that took characters, oldest first, so that a repeated call finds its first effect. */
  jobIds: readonly string[];
}

export interface CharactersTerms {
  now: number;
  periodStart: number;
  refreshingTrainingCharacters: number;
}

export const noCharacters: TrainingCharacters = { periodStart: 0, spent: 0, jobIds: [] };

const jobsKept = 1_000;

/** @throws AppError CHARACTERS_EXCEEDED with `requested` and `remaining` when they do not fit; then nothing changes. */
export function consumeCharacters(
  data: TrainingCharacters,
  terms: CharactersTerms,
  job: { id: string; characters: number },
): Applied<TrainingCharacters, { remaining: number }> {
  const remaining = remainingCharacters(data, terms);
  if (data.jobIds.includes(job.id)) return { data, result: { remaining } };
  if (job.characters > remaining) {
    throw new AppError("CHARACTERS_EXCEEDED", {
      message: `Character limit exceeded: ${job.characters} characters requested, ${remaining} remaining`,
      metadata: { requested: String(job.characters), remaining: String(remaining) },
    });
  }
  const after = {
    periodStart: isOver(data.periodStart, terms) ? terms.periodStart : data.periodStart,
    spent: spentNow(data, terms) + job.characters,
    jobIds: [...data.jobIds, job.id].slice(-jobsKept),
  };
  return { data: after, result: { remaining: remaining - job.characters } };
}

/** Characters that can still be trained in the current period. */
export function remainingCharacters(data: TrainingCharacters, terms: CharactersTerms): number {
  return Math.max(0, terms.refreshingTrainingCharacters - spentNow(data, terms));
}

function spentNow(data: TrainingCharacters, terms: CharactersTerms): number {
  return isOver(data.periodStart, terms) ? 0 : data.spent;
}
