import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OffsetTracker } from "./offset-tracker.ts";

describe("offset tracker", () => {
  it("never commits beyond an event that has not ended, and all when all have", () => {
    const plan = fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(fc.nat(1000), plan, (start, sortKeys) => {
        const tracker = new OffsetTracker(start, null);
        const offsets = sortKeys.map((_, index) => start + index);
        for (const offset of offsets) expect(tracker.begin(offset)).toBe(true);
        const open = new Set(offsets);
        const order = [...offsets].sort((one, two) => (sortKeys[one - start] ?? 0) - (sortKeys[two - start] ?? 0));
        for (const offset of order) {
          expect(tracker.watermark).toBe(Math.min(...open));
          tracker.end(offset);
          open.delete(offset);
        }
        expect(tracker.watermark).toBe(start + offsets.length);
      }),
    );
  });

  it("takes an offset once", () => {
    const tracker = new OffsetTracker(5, null);
    expect([tracker.begin(4), tracker.begin(5), tracker.begin(5), tracker.begin(9), tracker.begin(7)]).toEqual([
      false,
      true,
      false,
      true,
      false,
    ]);
  });

  it("remembers failed attempts in the metadata until the event ends", () => {
    const tracker = new OffsetTracker(0, null);
    for (const offset of [0, 1, 2]) tracker.begin(offset);
    tracker.failed(1, { attempts: 3, retryAt: 1_700_000_000_000 });
    tracker.failed(2, { attempts: 1, retryAt: 0 });
    tracker.end(2);
    const next = new OffsetTracker(tracker.watermark, tracker.metadata);
    expect(next.attemptsOf(1)).toEqual({ attempts: 3, retryAt: 1_700_000_000_000 });
    expect(next.attemptsOf(2)).toBeUndefined();
  });

  it("fits its metadata into what a broker stores, however much has failed", () => {
    const tracker = new OffsetTracker(0, null);
    for (let offset = 2 ** 40; offset < 2 ** 40 + 500; offset += 1)
      tracker.failed(offset, { attempts: 99, retryAt: 1_700_000_000_000 });
    expect(tracker.metadata.length).toBeLessThan(4096);
  });

  it("starts afresh from metadata that is not its own", () => {
    fc.assert(
      fc.property(fc.string(), (metadata) => {
        const tracker = new OffsetTracker(7, metadata);
        expect(tracker.watermark).toBe(7);
      }),
    );
  });
});
