import { describe, expect, it } from "vitest";
import { askedFact, askedTerms } from "./asked-kind.ts";

describe("askedFact", () => {
  it.each([
    ["How much is the blue kite?", "en", "price", "the blue kite?"],
    ["What does a repair cost?", "en", "price", "a repair"],
    ["What is the price of a repair?", "en", "price", "of a repair?"],
    ["How much do we pay for a repair?", "en", "price", "we for a repair?"],
    ["Since when are you open?", "en", "time", "are you open?"],
    ["How many boats do you have?", "en", "number", "boats do you have?"],
    ["And who repairs the boats?", "en", "person", "repairs the boats?"],
    ["How much did the mast cost?", "en", "price", "the mast"],
    ["Was kostete der Mast?", "de", "price", "der Mast?"],
    ["¿Cuánto costó la vela?", "es", "price", "la vela?"],
    ["Quanto custou a vela?", "pt", "price", "a vela?"],
    ["Combien a coûté la voile ?", "fr", "price", "la voile"],
    ["¿Cuántos años tiene Ida Holm?", "es", "number", "Ida Holm?"],
    ["Quel âge a-t-elle ?", "fr", "number", "?"],
    ["Who repairs the boats?", "en", "person", "repairs the boats?"],
    ["What is the email address of the yard?", "en", "email", "the yard"],
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
    ["How tall is the mast?", "en", "length"],
    ["Wie schwer ist das Boot?", "de", "weight"],
    ["船有多重?", "zh", "weight"],
    ["¿Cuántos años tiene?", "es", "age"],
    ["Quanti anni ha il capitano?", "it", "age"],
    ["How many people fit in?", "en", "count"],
    ["How many boats are there?", "en", "count"],
    ["How many minutes does it take?", "en", undefined],
    ["How high is the fee?", "en", undefined],
  ] as const)("knows what the number measures that %j asks for", (question, language, measured) => {
    expect(askedFact(question, language)?.measured).toBe(measured);
  });

  it.each([
    ["Wie lange dauert die Fahrt?", "de", ["fahrt"]],
    ["Was kostet die Fahrt?", "de", ["fahrt"]],
    ["Wie viel kostet es?", "de", ["kost"]],
    ["Seit wann fährt das Boot?", "de", ["fahrt", "boot"]],
    ["¿Cuánto tiempo dura el paseo?", "es", ["pase"]],
    ["Combien de temps dure le cours ?", "fr", ["cour"]],
    ["Сколько длится экскурсия?", "ru", ["экскурс"]],
    ["Ile trwa rejs?", "pl", ["trwa", "rejs"]],
  ])("leaves of %j what it is about, without words for what a price or a measure shows by itself", (question, language, terms) => {
    expect(askedTerms(question, language)).toEqual(terms);
  });

  it.each([
    ["Can I pay when I come?", "en"],
    ["When the shed is full, where do I put my boat?", "en"],
    ["Who can I call?", "en"],
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
