import { describe, expect, it } from "vitest";
import { askedFact } from "./asked-kind.ts";

describe("askedFact", () => {
  it.each([
    ["How much is the blue kite?", "en", "price", "the blue kite?"],
    ["What does a repair cost?", "en", "price", "a repair"],
    ["What is the price of a repair?", "en", "price", "of a repair?"],
    ["How much do we pay for a repair?", "en", "price", "we for a repair?"],
    ["Since when are you open?", "en", "time", "are you open?"],
    ["How many boats do you have?", "en", "number", "boats do you have?"],
    ["Who repairs the boats?", "en", "person", "repairs the boats?"],
    ["What is your email address?", "en", "email", "your"],
    ["Wie lautet die Telefonnummer der Werft?", "de", "phone", "der Werft?"],
    ["Was kostet ein Segel?", "de", "price", "ein Segel?"],
    ["¿Cuánto cuesta una vela?", "es", "price", "una vela?"],
    ["Combien d'élèves avez-vous ?", "fr", "number", "élèves"],
    ["Сколько стоит парус?", "ru", "price", "парус?"],
    ["Сколько у вас лодок?", "ru", "number", "лодок?"],
    ["帆船多少钱一小时?", "zh", "price", "帆船"],
    ["船屋几点开门?", "zh", "time", "船屋 开门"],
    ["船长是谁?", "zh", "person", "船长"],
    ["船屋的电话是多少?", "zh", "phone", "船屋的"],
    ["船屋可以坐几个人?", "zh", "number", "船屋可以坐"],
  ] as const)("knows what %j asks for", (question, language, kind, about) => {
    const asked = askedFact(question, language);
    expect(asked?.kind).toBe(kind);
    expect(asked?.about.replaceAll(/\s+/g, " ")).toContain(about);
  });

  it.each([
    ["How many small boats do you have?", "en", "small boats"],
    ["Wie viele Boote gibt es?", "de", "boote"],
    ["Сколько у вас лодок?", "ru", "лодок"],
    ["船屋有多少船员?", "zh", "船员"],
    ["船屋可以坐几个人?", "zh", undefined],
    ["How many people fit in?", "en", undefined],
    ["Combien de temps dure le cours ?", "fr", undefined],
    ["Сколько весит лодка?", "ru", undefined],
    ["How long is the boat?", "en", undefined],
  ] as const)("knows what %j counts, unless that goes by many names", (question, language, counted) => {
    const asked = askedFact(question, language);
    expect(asked?.kind).toBe("number");
    expect(asked?.counted).toBe(counted);
  });

  it.each([
    ["Can I pay when I come?", "en"],
    ["When the shed is full, where do I put my boat?", "en"],
    ["Whose boat is this?", "en"],
    ["Can I change my email address?", "en"],
    ["Whenever it rains", "en"],
    ["What is a kite?", "en"],
    ["船屋在哪里?", "zh"],
    ["可以带狗吗?", "zh"],
  ])("takes %j for a question of another kind", (question, language) => {
    expect(askedFact(question, language)).toBeUndefined();
  });
});
