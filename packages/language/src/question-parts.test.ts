import { describe, expect, it } from "vitest";
import { questionParts } from "./index.ts";

describe("questionParts", () => {
  it.each([
    ["en", "What does a ticket cost and how can I pay?", ["What does a ticket cost", "how can I pay?"]],
    ["en", "Do you rent skis? Where is the office?", ["Do you rent skis?", "Where is the office?"]],
    ["de", "Wann fährt die Bahn und was kostet die Fahrt?", ["Wann fährt die Bahn", "was kostet die Fahrt?"]],
    ["es", "¿Cuánto cuesta la entrada y dónde se compra?", ["¿Cuánto cuesta la entrada", "dónde se compra?"]],
    ["es", "¿Cuánto cuesta la entrada y a qué hora abre?", ["¿Cuánto cuesta la entrada", "a qué hora abre?"]],
    ["fr", "Quand ouvre la piscine et combien coûte le billet ?", ["Quand ouvre la piscine", "combien coûte le billet ?"]],
    ["ru", "Сколько стоит билет и где находится касса?", ["Сколько стоит билет", "где находится касса?"]],
  ])("divides what asks two things (%s): %s", (language, text, parts) => {
    expect(questionParts(text, language)).toEqual(parts);
  });

  it.each([
    ["en", "What is the price of bread and butter?"],
    ["en", "Who and when?"],
    ["en", "When was it founded and by whom?"],
    ["es", "¿Cuánto cuesta el pan y la leche?"],
    ["de", "Brot und Butter"],
    ["zh", "面包和黄油多少钱？"],
    ["", "a and how b"],
  ])("leaves one question whole (%s): %s", (language, text) => {
    expect(questionParts(text, language)).toEqual([text]);
  });
});
