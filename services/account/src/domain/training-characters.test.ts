import { describe, expect, it } from "vitest";
import { consumeCharacters, noCharacters, remainingCharacters } from "./training-characters.ts";

const terms = { now: 1, periodStart: 1, refreshingTrainingCharacters: 100 };

describe("training characters", () => {
  it("are taken once by each job", () => {
    const first = consumeCharacters(noCharacters, terms, { id: "job", characters: 60 });
    expect(first.result.remaining).toBe(40);
    const repeated = consumeCharacters(first.data, terms, { id: "job", characters: 60 });
    expect(repeated.result.remaining).toBe(40);
    expect(remainingCharacters(repeated.data, terms)).toBe(40);
  });

  it("that do not fit are refused with the numbers the caller is told", () => {
    const { data } = consumeCharacters(noCharacters, terms, { id: "job", characters: 60 });
    expect(() => consumeCharacters(data, terms, { id: "other", characters: 41 })).toThrow(
      expect.objectContaining({
        reason: "CHARACTERS_EXCEEDED",
        message: "Character limit exceeded: 41 characters requested, 40 remaining",
        metadata: { requested: "41", remaining: "40" },
      }),
    );
    expect(consumeCharacters(data, terms, { id: "other", characters: 40 }).result.remaining).toBe(0);
  });

  it("are counted by the clock that is right now, though another one was a year ahead", () => {
    const ahead = { ...terms, now: 365 * 86_400_000, periodStart: 365 * 86_400_000 };
    const { data } = consumeCharacters(noCharacters, ahead, { id: "job", characters: 60 });
    const right = consumeCharacters(data, terms, { id: "next", characters: 90 }).data;
    expect(remainingCharacters(right, terms)).toBe(10);
    expect(remainingCharacters(right, { ...terms, periodStart: 2 })).toBe(100);
  });

  it("are full again in the next period", () => {
    const { data } = consumeCharacters(noCharacters, terms, { id: "job", characters: 60 });
    const next = { ...terms, periodStart: 2 };
    expect(remainingCharacters(data, next)).toBe(100);
    expect(consumeCharacters(data, next, { id: "next", characters: 90 }).result.remaining).toBe(10);
  });
});
