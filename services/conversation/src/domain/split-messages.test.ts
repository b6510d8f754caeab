import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesOf, type StoredMessage } from "./messages.ts";
import { splitMessages } from "./split-messages.ts";

const kib = 1024;
const message = (content: string): StoredMessage => ({ role: "user", content, time: 1 });
const bytes = (messages: readonly StoredMessage[]) => messages.reduce((sum, one) => sum + bytesOf(one), 0);
const histories = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 70_000 }), fc.constant(300_000)), { maxLength: 260 })
  .map((lengths) => lengths.map((length, index) => message(`${index} ${"x".repeat(length)}`)));

describe("splitting a conversation", () => {
  it("loses no message and keeps their order", () => {
    fc.assert(
      fc.property(histories, (messages) => {
        const { pages, rest } = splitMessages(messages);
        expect([...pages.flat(), ...rest]).toEqual(messages);
      }),
      { numRuns: 60 },
    );
  });

  it("bounds the conversation's document and every page, but for a single message that is larger", () => {
    fc.assert(
      fc.property(histories, (messages) => {
        const { pages, rest } = splitMessages(messages);
        expect(rest.length).toBeLessThanOrEqual(60);
        expect(rest.length === 1 || bytes(rest) <= 128 * kib).toBe(true);
        for (const page of pages) {
          expect(page.length).toBeGreaterThan(0);
          expect(page.length).toBeLessThanOrEqual(100);
          expect(page.length === 1 || bytes(page) <= 256 * kib).toBe(true);
        }
        expect(messages.length > 0 && rest.length === 0).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it("moves nothing while everything fits, then leaves the newest thirty", () => {
    const messages = Array.from({ length: 61 }, (_, index) => message(String(index)));
    expect(splitMessages(messages.slice(0, 60)).pages).toEqual([]);
    expect(splitMessages(messages).pages.map((page) => page.length)).toEqual([31]);
    expect(splitMessages(messages).rest.map(({ content }) => content)[0]).toBe("31");
  });
});
