import { describe, expect, it } from "vitest";
import { isConversationId, keyOf } from "./conversations.ts";

describe("conversation ids", () => {
  it.each(["a", "4915112345:4917098765", "visitor 7", "Gespräch-ü", "会話", "👋", "x".repeat(200), "👋".repeat(200)])(
    "may be %j",
    (id) => {
      expect(isConversationId(id)).toBe(true);
    },
  );

  it.each(["", "a/b", "a\nb", "a\u0000", "a\u2028b", "\ud800", "x".repeat(201)])("may not be %j", (id) => {
    expect(isConversationId(id)).toBe(false);
  });

  it("with a colon do not meet another conversation", () => {
    const [one, other] = ["0".repeat(24), "1".repeat(24)];
    expect(keyOf(one, "a:b")).not.toBe(keyOf(other, "a:b"));
    expect(keyOf(one, `${other}:b`)).not.toBe(keyOf(other, "b"));
  });
});
