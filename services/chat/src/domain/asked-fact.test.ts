import { create } from "@bufbuild/protobuf";
import { retrieval } from "@parlance/contracts";
import { describe, expect, it, vi } from "vitest";
import { missingFact, tellsFact } from "./asked-fact.ts";

const passage = (text: string, language = "en", sourceType = "text") => ({ text, title: "", language, sourceType });
const kites = passage(`# Holm Kites

The shop was founded by the sisters Ida and Eva Holm.

Workshops take place on Sundays at 11 and last 75 minutes.

The red kite costs 30 euros, the box kite 45 euros. Tails are sold by the metre. With a club card membership is 5 euros a month.

Error 17 of the winch means that the line is torn. Spare lines are in the drawer.

WX-4: the battery is empty. E4 is no code of ours.`);

describe("missingFact", () => {
  it.each([
    ["How much is the red kite?"],
    ["How much does it cost?"],
    ["What does membership cost with a club card?"],
    ["When do workshops take place?"],
    ["How long is a workshop?"],
    ["What does error 17 mean?"],
    ["What does WX-4 mean?"],
    ["What does wx4 mean?"],
    ["What does WX-4 of E17 mean?"],
    ["What does B12 do?"],
    ["Who founded the shop?"],
    ["Are there tails?"],
    ["At what time do you shut?"],
    ["How much is a tail?\nAnd a kite?"],
    ["What does a workshop cost and when does it take place?"],
  ])("lets %j be answered", (question) => {
    expect(missingFact(question, [kites])).toBeUndefined();
  });

  it("takes no other sentence that says the word for open for what tells the hours", () => {
    const library = passage("L'accès sans fil est ouvert à tous.\n\nMardi: 14 h – 18 h 30", "fr");
    expect(missingFact("Quand êtes-vous ouverts ?", [library])).toBeUndefined();
    expect(missingFact("Quand êtes-vous ouverts à la pêche ?", [library])).toBe("fact");
  });

  it.each([
    ["How much is a workshop?", "all"],
    ["How much is a lantern?", "all"],
    ["How many lanterns has the red kite?", "all"],
    ["When was the shop founded?", "fact"],
    ["What does error 23 mean?", "number"],
    ["What does WX-5 mean?", "number"],
    ["What does error WX4711 mean?", "number"],
    ["What is your email address?", "address"],
    ["Which kites did Olaf build?", "name"],
    ["Who insures you?", "deed"],
  ] as const)("says what is missing to %j", (question, lacks) => {
    expect(missingFact(question, [kites])).toBe(lacks);
  });

  it.each([
    ["Who founded the shop?\nHow old is she?", "How old is she?", "fact"],
    ["Are there workshops?", "How much do they cost?", "all"],
    ["Are there workshops?", "And how long do they last?", undefined],
    ["Who founded the shop?\nAnd why?", "And why?", undefined],
  ] as const)("looks for what a follow-up asks of what the question before is about: %j, %j", (question, followUp, lacks) => {
    expect(missingFact(question, [kites], followUp)).toBe(lacks);
  });

  it("takes no number that measures something else", () => {
    const pier = passage(
      "The pier was built in 1904.\n\nBoats leave the pier at 10:30. Ida Holm runs the kiosk on the pier with two others.\n\nThe pier is 80 metres long.",
    );
    expect(missingFact("How heavy is the pier?", [pier])).toBe("all");
    expect(missingFact("How wide is the pier?", [pier])).toBeUndefined();
    expect(missingFact("How old is the pier?", [pier])).toBeUndefined();
    const table = passage("| Kite | Weight in kg |\n| --- | --- |\n| Red | 2 |");
    expect(missingFact("How heavy is the red kite?", [table])).toBeUndefined();
  });

  it("takes no Arabic or Chinese word before a number for a code", () => {
    expect(missingFact("من فاز بين سنتي 2000 و2005؟", [passage("بين 2000 و2004 فازت.", "ar")])).toBeUndefined();
    expect(missingFact("在2005年谁赢了?", [passage("在2004年甲队赢了。", "zh")])).toBeUndefined();
  });

  it("reads rows of a table with their head", () => {
    const table = passage("| Kite | Price | Length |\n| --- | --- | --- |\n| Red | 30 | 2 |\n| Box | 45 | 3 |");
    expect(missingFact("How much is the red one?", [table])).toBeUndefined();
    expect(missingFact("How much is the yellow one?", [table])).toBe("all");
  });

  it("leaves what is said in a Q&A and of a product to its owner", () => {
    expect(missingFact("How much is parking?", [passage("How much is parking?\n\nJust come.", "en", "q&a")])).toBeUndefined();
    const product = passage("Red kite\nFlies in any wind.\n\nPrice: 30", "en", "product");
    expect(missingFact("How much is the red kite?", [product])).toBeUndefined();
  });

  it("knows what Chinese asks for, wherever in the question", () => {
    const shop = passage("大风筝可以坐在草地上放。\n\n小风筝每只四十元。店里有三位师傅。", "zh");
    expect(missingFact("小风筝多少钱?", [shop])).toBeUndefined();
    expect(missingFact("店里有几位师傅?", [shop])).toBeUndefined();
    expect(missingFact("大风筝多少钱?", [shop])).toBe("fact");
    expect(missingFact("店里有多少窗户?", [shop])).toBe("all");
  });

  it("counts a fact in the sentence after the one that names the matter", () => {
    expect(missingFact("How much is the box kite?", [passage("The box kite is new. It costs 45 euros.")])).toBeUndefined();
    expect(missingFact("Was kostet das Segel?", [passage("Das Segel ist neu. Es kostet 45 Euro.", "de")])).toBeUndefined();
    expect(missingFact("Was kostet das Segel?", [passage("Der Mast kostet 45 Euro. Das Segel ist neu.", "de")])).toBe("all");
    // It names what it is about itself, so that it does not speak of the one before.
    expect(missingFact("Was kostet das Segel?", [passage("Das Segel ist neu. Der Mast kostet 45 Euro.", "de")])).toBe("all");
    expect(missingFact("How much is the box kite?", [passage("The box kite is new. Only 45 euros!")])).toBeUndefined();
    expect(missingFact("How much is the box kite?", [passage("Box kite\nPrice: 45 euros\nLength: 2 m")])).toBeUndefined();
    expect(missingFact("¿Cuánto cuesta la vela?", [passage("La vela es nueva. Cuesta 45 euros.", "es")])).toBeUndefined();
  });
});

describe("tellsFact", () => {
  const found = (language: string, question: string) => {
    const hits = [create(retrieval.HitSchema, { text: "The shop 2 was drawn by Ida Holm.", language, english: language === "en" })];
    return { question, typed: question, found: { hits, multilingual: false, wordSupport: 0 } };
  };
  const nearest = (sentenceCosine: number) => () => Promise.resolve({ sentenceCosine, sentenceShare: 0 });

  it("takes a sentence that tells in other words who did it, where the embedding model can tell", async () => {
    expect(await tellsFact(found("en", "Who designed it?"), nearest(0.6))).toBe(true);
    expect(await tellsFact(found("en", "Who designed it?"), nearest(0.4))).toBe(false);
    expect(await tellsFact(found("de", "Wer entwarf es?"), nearest(0.8))).toBe(false);
  });

  it("answers when the question as it was typed lacks nothing, for corrections are guesses", async () => {
    expect(await tellsFact({ ...found("de", "Wer entwarf es?"), typed: "Wem gehört es?" }, nearest(0))).toBe(true);
  });

  it("takes no other number and nothing without a fact of the kind, however near it comes", async () => {
    expect(await tellsFact(found("en", "Who drew shop 3?"), nearest(0.9))).toBe(false);
    expect(await tellsFact(found("en", "What is your phone number?"), nearest(0.9))).toBe(false);
    expect(await tellsFact(found("en", "How many boats are there?"), nearest(0.9))).toBe(false);
  });
});

it("looks for some of the codes and numbers of a pasted text alone, each of which takes a look through all passages", () => {
  const known = Array.from({ length: 500 }, () => "error 17 of WX-4").join(" ");
  const test = vi.spyOn(RegExp.prototype, "test");
  expect(missingFact(`What is ${known}?`, [kites])).toBeUndefined();
  const looks = test.mock.contexts.filter((form) => (form as RegExp).source.startsWith("(?<!\\p{N})")).length;
  test.mockRestore();
  expect(looks).toBeLessThanOrEqual(100);
});
