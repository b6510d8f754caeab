import { asTenant, type BusEvent } from "@parlance/ports";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeEvent, encodeEvent, fromHeaders, toHeaders } from "./envelope.ts";

const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 });

describe("envelope", () => {
  it("carries every event unchanged", () => {
    const event = fc.record(
      {
        eventId: text,
        topic: text,
        tenant: text.map(asTenant),
        key: fc.string({ unit: "grapheme" }),
        time: fc.nat(8_000_000_000_000),
        payload: fc.uint8Array(),
        traceparent: text,
        requestId: text,
      },
      { requiredKeys: ["eventId", "topic", "tenant", "key", "time", "payload"] },
    );
    fc.assert(
      fc.property(event, (made) => {
        expect(decodeEvent(encodeEvent(made as BusEvent))).toEqual(made);
      }),
    );
  });

  it("refuses what is no envelope", () => {
    expect(() => decodeEvent(null)).toThrow(/empty/);
    expect(() => decodeEvent(Buffer.alloc(0))).toThrow(/names no event/);
    expect(() => decodeEvent(Buffer.from("no envelope"))).toThrow(/./);
  });

  it("carries remarks as headers, and none from a stranger's", () => {
    const remarks = { attempts: 3, error: "größer 🔥", originOffset: 0, retryAt: 1_700_000_000_000, parkedAt: 5 };
    expect(fromHeaders(toHeaders(remarks))).toEqual(remarks);
    expect(fromHeaders({ "parlance-attempts": "many", other: "1" })).toEqual({ attempts: 0 });
    expect(fromHeaders(undefined)).toEqual({ attempts: 0 });
  });
});
