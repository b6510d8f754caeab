import { systemClock } from "@parlance/platform";
import type { LanguageModel } from "@parlance/ports";
import { describe, expect, it } from "vitest";
import { createQuestionReader } from "./rewrite-question.ts";

const model: LanguageModel = {
  kind: "extractive",
  async *answer() {},
  close: async () => undefined,
};

describe("a question reader", () => {
  const read = createQuestionReader({ model, clock: systemClock });
  const wordingsOf = (content: string) =>
    read({ chatbotId: "c1", baseModel: "", messages: [{ role: "user", content }] }, AbortSignal.timeout(1_000));

  it("asks what all is about where what is sold is not told in the words of the question", async () => {
    expect(await wordingsOf("What do you sell?")).toEqual(["What do you sell?", "What do you do?"]);
    expect(await wordingsOf("Was bieten Sie an?")).toEqual(["Was bieten Sie an?", "What do you do?"]);
    expect(await wordingsOf("What do you do?")).toEqual(["What do you do?"]);
    expect(await wordingsOf("Do you sell lanterns?")).toEqual(["Do you sell lanterns?"]);
  });
});
