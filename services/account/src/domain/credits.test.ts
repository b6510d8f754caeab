import { describe, expect, it } from "vitest";
import { noCredits, remainingCredits, reserveCredits, settleCredits, type Credits, type CreditsTerms } from "./credits.ts";

const minute = 60_000;
const terms: CreditsTerms = { now: 1_000_000, periodStart: 1, refreshingCredits: 10, endless: false };
const later = (ms: number): CreditsTerms => ({ ...terms, now: terms.now + ms });
const reserved = (id: string, credits: number, data: Credits = noCredits) => reserveCredits(data, terms, { id, credits }).data;

describe("credits", () => {
  it("are set aside until the answer is settled, and the unspent rest returns", () => {
    const held = reserved("a", 4);
    expect(remainingCredits(held, terms)).toBe(6);
    const settled = settleCredits(held, terms, { id: "a", credits: 1 });
    expect(settled.result.remaining).toBe(9);
    expect(remainingCredits(settled.data, terms)).toBe(9);
  });

  it("are refused when fewer remain than the answer costs", () => {
    expect(() => reserved("b", 7, reserved("a", 4))).toThrow(expect.objectContaining({ reason: "CREDITS_EXHAUSTED" }));
    expect(remainingCredits(reserved("b", 6, reserved("a", 4)), terms)).toBe(0);
  });

  it("are set aside and spent once however often the call is repeated", () => {
    const held = reserved("a", 4, reserved("a", 4));
    expect(remainingCredits(held, terms)).toBe(6);
    const settled = settleCredits(held, terms, { id: "a", credits: 4 }).data;
    expect(settleCredits(settled, terms, { id: "a", credits: 4 }).data).toBe(settled);
    expect(reserveCredits(settled, terms, { id: "a", credits: 4 }).data).toBe(settled);
    expect(remainingCredits(settled, terms)).toBe(6);
  });

  it("are counted by the clock that is right now, though another one was a year ahead", () => {
    const ahead = { ...terms, now: 365 * 86_400_000, periodStart: 365 * 86_400_000 };
    const held = reserveCredits(noCredits, ahead, { id: "a", credits: 4 }).data;
    const spent = settleCredits(held, ahead, { id: "a", credits: 4 }).data;
    const right = reserved("b", 10, spent);
    expect(remainingCredits(right, terms)).toBe(0);
    expect(remainingCredits(settleCredits(right, terms, { id: "b", credits: 10 }).data, { ...terms, periodStart: 2 })).toBe(10);
  });

  it("return by themselves ten minutes after nobody settled them", () => {
    const held = reserved("a", 10);
    expect(remainingCredits(held, later(10 * minute - 1))).toBe(0);
    expect(remainingCredits(held, later(10 * minute))).toBe(10);
  });

  it.each([60, -60])("are spent by an answer that is settled by a clock of %s minutes later", (minutes) => {
    const settled = settleCredits(reserved("a", 4), later(minutes * minute), { id: "a", credits: 4 });
    expect(settled.result.remaining).toBe(6);
    expect(settleCredits(settled.data, later(minutes * minute), { id: "a", credits: 4 }).result.remaining).toBe(6);
  });

  it("that have returned are set aside anew, and once, when their answer asks again", () => {
    const again = later(10 * minute);
    const held = reserveCredits(reserved("a", 4), again, { id: "a", credits: 4 }).data;
    expect(remainingCredits(held, again)).toBe(6);
    expect(settleCredits(held, again, { id: "a", credits: 4 }).result.remaining).toBe(6);
  });

  it("that nobody settled are forgotten after a day", () => {
    const held = reserved("a", 4);
    expect(settleCredits(held, later(24 * 60 * minute), { id: "a", credits: 4 }).data.answers).toEqual([]);
  });

  it("return too when the clock was set back after they were set aside", () => {
    expect(remainingCredits(reserved("a", 10), later(-60 * minute))).toBe(10);
  });

  it("are full again in the next period and carry nothing over", () => {
    const spent = settleCredits(reserved("a", 8), terms, { id: "a", credits: 8 }).data;
    expect(remainingCredits(spent, terms)).toBe(2);
    expect(remainingCredits(spent, { ...terms, periodStart: 2 })).toBe(10);
  });

  it("reserved before the period ended are spent from the new one", () => {
    const next = { ...terms, periodStart: 2 };
    const settled = settleCredits(reserved("a", 4), next, { id: "a", credits: 4 });
    expect(settled.result.remaining).toBe(6);
  });

  it("follow a change of plan at once and never fall below zero", () => {
    const spent = settleCredits(reserved("a", 8), terms, { id: "a", credits: 8 }).data;
    expect(remainingCredits(spent, { ...terms, refreshingCredits: 100 })).toBe(92);
    expect(remainingCredits(spent, { ...terms, refreshingCredits: 5 })).toBe(0);
  });

  it("that cannot run out are set aside without a write and counted once when the answer is settled", () => {
    const endless = { ...terms, refreshingCredits: 1_000_000, endless: true };
    expect(reserveCredits(noCredits, endless, { id: "a", credits: 4 }).data).toBe(noCredits);
    const settled = settleCredits(noCredits, endless, { id: "a", credits: 3 });
    expect(settled.result.remaining).toBe(999_997);
    expect(settleCredits(settled.data, endless, { id: "a", credits: 3 }).result.remaining).toBe(999_997);
  });

  it("set aside before the user moved to an endless plan are settled as reserved", () => {
    const endless = { ...terms, refreshingCredits: 1_000_000, endless: true };
    const settled = settleCredits(reserved("a", 4), endless, { id: "a", credits: 1 });
    expect(settled.result.remaining).toBe(999_999);
  });

  it("cannot be settled for more than was reserved", () => {
    expect(() => settleCredits(reserved("a", 2), terms, { id: "a", credits: 3 })).toThrow(
      expect.objectContaining({ reason: "INVALID_REQUEST" }),
    );
  });

  it("keep their document small however many answers were settled", () => {
    let data: Credits = noCredits;
    const rich = { ...terms, refreshingCredits: 1_000_000 };
    for (let answer = 0; answer < 500; answer++) {
      data = reserveCredits(data, rich, { id: `a${answer}`, credits: 1 }).data;
      data = settleCredits(data, rich, { id: `a${answer}`, credits: 1 }).data;
    }
    expect(data.answers.length).toBeLessThanOrEqual(32);
    expect(remainingCredits(data, rich)).toBe(999_500);
  });
});
