import { describe, expect, it } from "vitest";
import { askedWithin, standaloneQuestion } from "./question.ts";

const user = (content: string) => ({ role: "user", content });
const assistant = (content: string) => ({ role: "assistant", content });

describe("standaloneQuestion", () => {
  it("is the last user message when it stands alone", () => {
    const messages = [user("Where is the main shop?"), assistant("At the harbour."), user("How long is a gift card valid?")];
    expect(standaloneQuestion(messages)).toBe("How long is a gift card valid?");
  });

  it.each([
    ["How much is a gift card?", "And how long is it valid?"],
    ["When does the shop open on Sunday?", "And on Monday?"],
    ["Was kostet ein Gutschein?", "Und wie lange ist er gültig?"],
    ["Сколько стоит доставка?", "А как долго она занимает?"],
  ])("puts what a follow-up leans on in front of it: %s / %s", (first, second) => {
    expect(standaloneQuestion([user(first), assistant("…"), user(second)])).toBe(`${first}\n${second}`);
  });

  it("leans on what a question before asked a fact of, and not on that question", () => {
    const asked = ["How much is the beginner course?", "And how long does it last?", "How old do I have to be?"].map(user);
    expect(standaloneQuestion(asked)).toBe("How much is the beginner course?\nHow old do I have to be?");
  });

  it("leans on a question that asks a fact of what nobody named, where there is no other", () => {
    const asked = ["When did she move to Zurich?", "Why?", "What did she do there?"].map(user);
    expect(standaloneQuestion(asked)).toBe("When did she move to Zurich?\nWhat did she do there?");
  });

  it("is the question before where the last one names nothing, and words decide what is found", () => {
    expect(standaloneQuestion([user("Kann ich Fahrräder leihen?"), user("Wie teuer?")])).toBe("Kann ich Fahrräder leihen?");
    expect(standaloneQuestion([user("Can I rent bikes?"), user("How much?")])).toBe("Can I rent bikes?\nHow much?");
  });

  it("leans on no greeting and no thanks", () => {
    const messages = [
      user("How much is a gift card?"),
      assistant("40 euros."),
      user("Thanks!"),
      assistant("…"),
      user("And how long is it valid?"),
    ];
    expect(standaloneQuestion(messages)).toBe("How much is a gift card?\nAnd how long is it valid?");
    expect(standaloneQuestion([user("hi"), assistant("…"), user("and on sundays?")])).toBe("and on sundays?");
  });

  it("looks at what users asked, not at what was answered", () => {
    expect(standaloneQuestion([assistant("Welcome!"), user(" Hello there "), assistant("Hi")])).toBe("Hello there");
  });

  it("is empty when no user said anything", () => {
    expect(standaloneQuestion([user("  ")])).toBe("");
  });
});

describe("askedWithin", () => {
  it("is the questions of a message that says other things as well, with what they lean on and without", () => {
    expect(askedWithin("Hi! I live in Oslo. Where can I rent a bike? Thanks, Ida")).toEqual(["Where can I rent a bike?"]);
    expect(askedWithin("Hi! I bought a bike. Can you mend it?")).toEqual(["I bought a bike. Can you mend it?", "Can you mend it?"]);
    expect(askedWithin("Guten Tag! Ich komme aus Bonn. Wo kann ich ein Fahrrad leihen?")).toEqual([
      "Wo kann ich ein Fahrrad leihen?",
    ]);
  });

  it("is nothing for a message that is one question, only questions, or none", () => {
    expect(askedWithin("Where can I rent a bike?")).toEqual([]);
    expect(askedWithin("Where can I rent a bike? How much is it?")).toEqual([]);
    expect(askedWithin("I want a bike. Thanks.")).toEqual([]);
    expect(askedWithin("Wer lebte hier im 15. Jahrhundert?")).toEqual([]);
    expect(askedWithin("")).toEqual([]);
  });

  it("is nothing for a text of very many questions, each of which would be looked at for what it leans on", () => {
    expect(askedWithin(`I bought a bike. ${"Can you mend it? ".repeat(50)}`)).toHaveLength(2);
    expect(askedWithin(`I bought a bike. ${"Can you mend it? ".repeat(51)}`)).toEqual([]);
  });
});
