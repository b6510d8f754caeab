import { AppError } from "@parlance/platform";
import { isOver } from "./billing-period.ts";
import type { Applied } from "./ledger.ts";

/** Credits of a user. What remains follows from the plan, so that a change of plan counts at once. */
export interface Credits {
  /** Start of the billing period that `spent` belongs to, milliseconds since the epoch. */
  periodStart: number;
  spent: number;
  answers: readonly AnswerCredits[];
}

interface AnswerCredits {
  id: string;
  /** Set aside while held, spent once settled. */
  credits: number;
  /** When they were set aside, milliseconds since the epoch. */
  at: number;
  settled: boolean;
}

/** What a change is measured against. */
export interface CreditsTerms {
  now: number;
  periodStart: number;
  refreshingCredits: number;
  /** True where credits cannot run out: they are counted when an answer is settled, and nothing is set aside before. */
  endless: boolean;
}

export const noCredits: Credits = { periodStart: 0, spent: 0, answers: [] };

/** A reservation that nobody settled returns after this time; longer than any answer may take. */
const reservationMs = 10 * 60_000;
/** What has returned is known for longer: whose clock is wrong, or who settles late, must not get an answer for nothing. */
const knownMs = 24 * 3_600_000;
/** Settled answers that are remembered so that a repeated call finds its first effect. */
const settledKept = 32;

/** @throws AppError CREDITS_EXHAUSTED when fewer remain than asked for. */
export function reserveCredits(
  data: Credits,
  terms: CreditsTerms,
  answer: { id: string; credits: number },
): Applied<Credits, { remaining: number }> {
  const current = currentCredits(data, terms);
  const remaining = remainingCredits(current, terms);
  // No write stands between an endless user's question and its answer.
  if (terms.endless) return { data, result: { remaining } };
  const known = current.answers.find(({ id }) => id === answer.id);
  if (known !== undefined && (known.settled || isHeld(known, terms))) return { data: current, result: { remaining } };
  if (remaining < answer.credits) throw new AppError("CREDITS_EXHAUSTED");
  const answers = [...current.answers.filter((other) => other !== known), { ...answer, at: terms.now, settled: false }];
  return { data: { ...current, answers }, result: { remaining: remaining - answer.credits } };
}

/**
 * Spends that many of the reserved credits and returns the rest. An answer that is not known, or settled before, changes nothing; where
 * credits are endless it holds whatever it costs, until it is settled.
 * @throws AppError INVALID_REQUEST for more than was reserved.
 */
export function settleCredits(
  data: Credits,
  terms: CreditsTerms,
  answer: { id: string; credits: number },
): Applied<Credits, { remaining: number }> {
  const current = currentCredits(data, terms);
  const known = current.answers.find(({ id }) => id === answer.id);
  const held = known ?? (terms.endless && answer.credits > 0 ? { ...answer, at: terms.now, settled: false } : undefined);
  if (held === undefined || held.settled) return { data: current, result: { remaining: remainingCredits(current, terms) } };
  if (answer.credits > held.credits)
    throw new AppError("INVALID_REQUEST", { message: "credits must not exceed what was reserved" });
  const others = current.answers.filter((other) => other !== held);
  const settled = [...others.filter((other) => other.settled), { ...held, credits: answer.credits, settled: true }];
  const after = {
    ...current,
    spent: current.spent + answer.credits,
    answers: [...others.filter((other) => !other.settled), ...settled.slice(-settledKept)],
  };
  return { data: after, result: { remaining: remainingCredits(after, terms) } };
}

/** Credits neither spent nor set aside in the current period. */
export function remainingCredits(data: Credits, terms: CreditsTerms): number {
  const { spent, answers } = currentCredits(data, terms);
  const held = answers.reduce((sum, answer) => (isHeld(answer, terms) ? sum + answer.credits : sum), 0);
  return Math.max(0, terms.refreshingCredits - spent - held);
}

/** The data as it stands now: a new period begins with nothing spent, and what nobody settled is forgotten in the end. */
function currentCredits(data: Credits, terms: CreditsTerms): Credits {
  const refreshed = isOver(data.periodStart, terms) ? { ...data, periodStart: terms.periodStart, spent: 0 } : data;
  const isForgotten = (answer: AnswerCredits) => !answer.settled && ageOf(answer, terms) >= knownMs;
  if (!refreshed.answers.some(isForgotten)) return refreshed;
  return { ...refreshed, answers: refreshed.answers.filter((answer) => !isForgotten(answer)) };
}

function isHeld(answer: AnswerCredits, terms: CreditsTerms): boolean {
  return !answer.settled && ageOf(answer, terms) < reservationMs;
}

/** The distance in both directions, so that a clock set back does not hold credits for longer. */
function ageOf({ at }: AnswerCredits, { now }: CreditsTerms): number {
  return Math.abs(now - at);
}
