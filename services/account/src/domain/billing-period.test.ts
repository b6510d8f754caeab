import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isOver, periodStart } from "./billing-period.ts";

const day = 86_400_000;
const at = (iso: string) => Date.parse(iso);

describe("billing period", () => {
  it.each([
    ["2026-01-15T10:00:00Z", "2026-01-15T10:00:00Z", "2026-01-15T10:00:00Z"],
    ["2026-01-15T10:00:00Z", "2026-02-15T09:59:59Z", "2026-01-15T10:00:00Z"],
    ["2026-01-15T10:00:00Z", "2026-02-15T10:00:00Z", "2026-02-15T10:00:00Z"],
    ["2026-01-31T00:00:00Z", "2026-02-28T00:00:00Z", "2026-02-28T00:00:00Z"],
    ["2026-01-31T00:00:00Z", "2026-03-30T23:00:00Z", "2026-02-28T00:00:00Z"],
    ["2026-01-31T00:00:00Z", "2026-03-31T00:00:00Z", "2026-03-31T00:00:00Z"],
    ["2023-12-31T12:00:00Z", "2024-03-01T00:00:00Z", "2024-02-29T12:00:00Z"],
  ])("of a user created %s begins, at %s, on %s", (createdAt, now, start) => {
    expect(new Date(periodStart(at(createdAt), at(now)))).toEqual(new Date(start));
  });

  it("begins on the same days for a clock that stands before the creation", () => {
    expect(periodStart(at("2026-01-15T10:00:00Z"), at("2026-01-01T00:00:00Z"))).toBe(at("2025-12-15T10:00:00Z"));
  });

  it("that another process has begun holds for a clock that is a little behind, and not for one that was put right by days", () => {
    const [before, start] = [at("2026-01-15T10:00:00Z"), at("2026-02-15T10:00:00Z")];
    expect(isOver(start, { periodStart: before, now: start - 1_000 })).toBe(false);
    expect(isOver(start, { periodStart: before, now: start - 2 * day })).toBe(true);
    expect(isOver(before, { periodStart: start, now: start })).toBe(true);
  });

  it("contains the moment asked for, lasts 28 to 31 days and never moves back", () => {
    const moment = fc.integer({ min: at("2020-01-01T00:00:00Z"), max: at("2040-01-01T00:00:00Z") });
    fc.assert(
      fc.property(
        moment,
        fc.integer({ min: -2_000 * day, max: 2_000 * day }),
        fc.integer({ min: 0, max: 40 * day }),
        (createdAt, age, later) => {
          const now = createdAt + age;
          const start = periodStart(createdAt, now);
          expect(start).toBeLessThanOrEqual(now);
          expect(now - start).toBeLessThan(31 * day);
          expect(periodStart(createdAt, now + later)).toBeGreaterThanOrEqual(start);
          const next = periodStart(createdAt, start + 31 * day);
          expect(next - start).toBeGreaterThanOrEqual(28 * day);
          expect(next - start).toBeLessThanOrEqual(31 * day);
        },
      ),
    );
  });
});
