import { describe, expect, it } from "vitest";
import { contradicting } from "./exclusion.ts";
import { namesIn } from "./names.ts";
import { tellsKind } from "./tells-kind.ts";

describe("tellsKind", () => {
  it.each([
    ["price", "A kite is €12.", "en"],
    ["price", "Children fly free.", "en"],
    ["price", "Kite: the fee is 12", "en"],
    ["price", "Парус стоит 12 000 рублей.", "ru"],
    ["price", "帆船每小时四十元。", "zh"],
    ["price", "小船免费。", "zh"],
    ["time", "船屋每天开放。", "zh"],
    ["number", "船屋有三层。", "zh"],
    ["time", "The shed opens in May.", "en"],
    ["time", "Лодки спускают в июле.", "ru"],
    ["time", "Geöffnet ist am Dienstag.", "de"],
    ["time", "Children come with the first wind.", "en"],
    ["time", "Geöffnet ist täglich außer im Winter.", "de"],
    ["number", "There are three boats.", "en"],
    ["person", "The shed belongs to Ida Holm.", "en"],
    ["person", "Die Werft leitet Ida Holm.", "de"],
    ["email", "Write to shed@kites.example.", "en"],
    ["phone", "Call 0800 77 31 00.", "en"],
  ] as const)("finds a %s in %j", (kind, sentence, language) => {
    expect(tellsKind(kind, sentence, language)).toBe(true);
  });

  it.each([
    ["length", "The mast is 12 m high.", "en", true],
    ["length", "Der Mast misst zwölf Meter.", "de", true],
    ["length", "The mast weighs 80 kg and dates from 1904.", "en", false],
    ["weight", "帆船重80公斤。", "zh", true],
    ["weight", "帆船长12米。", "zh", false],
    ["age", "Ida Holm (42) sails.", "en", true],
    ["age", "The shed dates from 1904.", "en", true],
    ["age", "Ida Holm spricht um 10:30.", "de", false],
    ["count", "In 1904 the mast of 12 metres cost 90 euros.", "en", false],
    ["count", "In 1904 there were 2000 boats.", "en", true],
    ["count", "El mástil mide doce metros y cuesta 90 €.", "es", false],
  ] as const)("knows whether a number tells a %s: %s", (measured, sentence, language, tells) => {
    expect(tellsKind("number", sentence, language, measured)).toBe(tells);
  });

  it.each([
    ["price", "The tour takes 75 minutes.", "en"],
    ["time", "The shed was built by the sisters.", "en"],
    ["number", "The boats are red.", "en"],
    ["price", "帆船可坐六人。", "zh"],
    ["number", "船都是红色的,一起出发。", "zh"],
    ["person", "Die Werft liegt am Fluss.", "de"],
    ["person", "The shed belongs to the town.", "en"],
    ["phone", "We have 42 boats.", "en"],
  ] as const)("finds no %s in %j", (kind, sentence, language) => {
    expect(tellsKind(kind, sentence, language)).toBe(false);
  });
});

describe("namesIn", () => {
  it("finds names behind the first word of a question that is not answered by yes or no", () => {
    expect(namesIn("Which kites did Ida Holm sell?", "en")).toEqual(["Ida", "Holm"]);
    expect(namesIn("Do you send kites to Norway?", "en")).toEqual([]);
    expect(namesIn("Welche Drachen hat Ida Holm?", "de")).toEqual([]);
    expect(namesIn("How Do I Fly A Kite?", "en")).toEqual([]);
  });
});

describe("contradicting", () => {
  it.each([
    ["What does it cost without a contract?", "With a contract it is 29 euros.", "en"],
    ["What does it cost with a contract?", "Without any contract it is 39 euros.", "en"],
    ["Was kostet es ohne Auto?", "Die Fahrt mit dem Auto kostet 20 Euro.", "de"],
    ["¿Cuánto cuesta sin el desayuno?", "Cuesta 60 euros con desayuno.", "es"],
    ["Сколько стоит без скидки?", "Со скидкой 300 рублей: скидки действуют летом.", "ru"],
  ])("knows that %j is not answered by %j", (question, text, language) => {
    expect(contradicting(question, language)(text)).toBe(true);
  });

  it.each([
    ["What does it cost without a contract?", "It is 29 euros with a contract, 39 euros without a contract.", "en"],
    ["What does it cost with a contract?", "It is 29 euros with a contract, 39 euros without a contract.", "en"],
    ["What does it cost without a contract?", "It is 39 euros without one.", "en"],
    ["What does it cost?", "It is 39 euros without a contract.", "en"],
    ["What does it cost with a contract?", "It is 39 euros without shipping.", "en"],
    ["Was kostet es ohne Auto?", "Ohne Auto kostet die Fahrt 9 Euro.", "de"],
    ["帆船多少钱?", "帆船九元。", "zh"],
  ])("lets %j be answered by %j", (question, text, language) => {
    expect(contradicting(question, language)(text)).toBe(false);
  });
});
