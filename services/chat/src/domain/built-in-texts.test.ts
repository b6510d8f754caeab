import { describe, expect, it } from "vitest";
import { refusalText } from "./built-in-texts.ts";

describe("refusalText", () => {
  it("speaks the language of the question, whatever the knowledge is written in", () => {
    expect(refusalText("de", "es")).toMatch(/^Dazu konnte ich/);
  });

  it("speaks that of the knowledge when the question's is none of the twelve or cannot be told", () => {
    expect(refusalText("nl", "es")).toMatch(/^Lo siento/);
    expect(refusalText("", "ru")).toMatch(/^К сожалению/);
  });

  it("speaks English elsewhere", () => {
    expect(refusalText("lt", "fi")).toMatch(/^I'm sorry/);
    expect(refusalText("", "")).toMatch(/^I'm sorry/);
  });
});
