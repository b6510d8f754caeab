import { describe, expect, it } from "vitest";
import { spoken, understandingOf } from "./understanding.ts";

describe("spoken", () => {
  it("lets the English part of a model read what may be English, where some document is", () => {
    expect(spoken("How much is a ticket for children?", { english: true }).reading).toBe("english");
    expect(spoken("wifi", { english: true }).reading).toBe("english");
    expect(spoken("Was kostet eine Karte für Kinder?", { english: true }).reading).toBe("any");
    expect(spoken("多少钱?", { english: true }).reading).toBe("any");
  });

  it("takes names and codes for no language of their own", () => {
    expect(spoken("Xyntra QBR-42 fluxomat dorgavi belunito", { english: true }).reading).toBe("english");
    expect(spoken("Xyntra QBR-42: was kostet der Versand?", { english: true }).reading).toBe("any");
    expect(spoken("Сколько стоит Xyntra QBR-42?", { english: true }).reading).toBe("any");
    expect(spoken("Xyntra QBR-42 多少钱", { english: true }).reading).toBe("any");
  });

  it("takes misspelt words for no language of their own, in whatever language the documents are", () => {
    expect(spoken("hw mcuh dose teh tikcet csot", { english: true }).reading).toBe("english");
    expect(spoken("wo kan ich paken udn was ksotet dsa", { english: false }).isAskedIn("de")).toBe(true);
    expect(spoken("скока стот билетт", { english: false }).isAskedIn("ru")).toBe(true);
    expect(spoken("How much is the ticket?", { english: false }).isAskedIn("ru")).toBe(false);
    expect(spoken("门票多少钱?", { english: false }).isAskedIn("ru")).toBe(false);
  });

  it("lets the part for any language read what is asked of documents in others", () => {
    expect(spoken("How much is a ticket for children?", { english: false }).reading).toBe("any");
  });

  it("tells whether a question is asked in a document's language", () => {
    const { isAskedIn } = spoken("Was kostet eine Karte für Kinder?", { english: true });
    expect([isAskedIn("de"), isAskedIn("en"), isAskedIn("ru")]).toEqual([true, false, false]);
  });
});

describe("understandingOf", () => {
  const local = { multilingual: false, roughly: ["en", "de"] };
  const english = { language: "en", english: true };
  const german = { language: "de", english: false };
  const greek = { language: "el", english: false };

  it("is good in English, rough by the other part, and none where the parts differ or the language is unknown to it", () => {
    expect(understandingOf(local, "english", english)).toBe("well");
    expect(understandingOf(local, "any", english)).toBe("roughly");
    expect(understandingOf(local, "any", german)).toBe("roughly");
    expect(understandingOf(local, "english", german)).toBe("not");
    expect(understandingOf(local, "any", greek)).toBe("not");
  });

  it("is good in English whatever a question is asked in, with a model that knows nothing else", () => {
    const alone = { multilingual: false, roughly: [] };
    expect(understandingOf(alone, "any", english)).toBe("well");
    expect(understandingOf(alone, "any", german)).toBe("not");
  });

  it("is good in every language with a model that reads all alike", () => {
    expect(understandingOf({ multilingual: true, roughly: [] }, "any", greek)).toBe("well");
  });
});
