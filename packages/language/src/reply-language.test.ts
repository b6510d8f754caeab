import { describe, expect, it } from "vitest";
import { replyLanguages } from "./index.ts";

describe("replyLanguages", () => {
  it("begins with the language of a whole question, whatever the knowledge is written in", () => {
    expect(replyLanguages("Wie lange ist das Museum am Sonntag geöffnet?", "es")[0]).toBe("de");
    expect(replyLanguages("How much is a ticket for two adults?", "fr")[0]).toBe("en");
    expect(replyLanguages("박물관은 언제 여나요?", "en")[0]).toBe("ko");
  });

  it("begins with that of the knowledge for a word or two in its script", () => {
    for (const question of ["warranty", "toefl score", "refund", "bristol shop"])
      expect(replyLanguages(question, "en")[0]).toBe("en");
    expect(replyLanguages("часы работы", "ru")[0]).toBe("ru");
    expect(replyLanguages("駐車場", "ja")[0]).toBe("ja");
  });

  it("begins with that of the knowledge for a few words that may well be in it", () => {
    expect(replyLanguages("receta de gazpacho", "es")[0]).toBe("es");
    expect(replyLanguages("как вас найти", "ru")[0]).toBe("ru");
    expect(replyLanguages("Habt ihr heute geöffnet?", "en")[0]).toBe("de");
  });

  it("keeps a short question's own language where the knowledge is written in another script", () => {
    expect(replyLanguages("营业时间", "en")[0]).toBe("zh");
    expect(replyLanguages("chat", "ru")).not.toContain("ru");
    expect(replyLanguages("ωράριο", "en")[0]).toBe("el");
  });

  it("knows the commonest language of a script where nothing else is known", () => {
    expect(replyLanguages("погода завтра", "")).toContain("ru");
    expect(replyLanguages("धन्यवाद", "")).toContain("hi");
    expect(replyLanguages("", "")).toEqual([]);
  });
});
