import { describe, expect, it } from "vitest";
import { leansBack } from "./leaning.ts";

describe("leansBack", () => {
  it.each([
    ["It was built by Ida Holm.", "en"],
    ["In summer they are painted anew.", "en"],
    ["Gebaut hat sie Ida Holm.", "de"],
    ["Su puerta es roja.", "es"],
    ["Elle est ouverte en juin.", "fr"],
    ["Он стоит 300 рублей.", "ru"],
    ["它建于1985年。", "zh"],
    ["وهو يفتح في الصيف.", "ar"],
    ["उन्होंने इसे बनाया।", "hi"],
  ])("knows that %j speaks of what was named before", (sentence, language) => {
    expect(leansBack(sentence, language)).toBe(true);
  });

  it.each([
    ["The shed was built by Ida Holm, who painted it.", "en"],
    ["Die Werft liegt am Fluss.", "de"],
    ["Am Ufer gibt es Boote.", "de"],
    ["Bitte bringen Sie ein Handtuch mit.", "de"],
    ["Парус стоит 300 рублей.", "ru"],
    ["船屋建于1985年。", "zh"],
    ["It was built by Ida Holm.", ""],
  ])("lets %j stand alone", (sentence, language) => {
    expect(leansBack(sentence, language)).toBe(false);
  });
});
