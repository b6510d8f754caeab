import { frontPageTerm, overviewTerm } from "@parlance/language";
import { describe, expect, it } from "vitest";
import { termsOfChunk } from "./chunk-terms.ts";

const placed = (sourceName: string, { sourceType = "url", ordinal = 0 } = {}) =>
  termsOfChunk({ sourceName, sourceType, language: "en" }, { text: "", ordinal }, "");

describe("termsOfChunk", () => {
  it.each([
    "https://kites.example",
    "https://kites.example/",
    "https://kites.example/en",
    "https://kites.example/pt-br/",
    "https://kites.example/index.html",
    "https://kites.example/de/index.php",
    "https://kites.example/about",
    "https://kites.example/company/about-us.html",
  ])("tells of %s that it speaks of the whole site", (address) => {
    expect(placed(address)).toEqual([overviewTerm, frontPageTerm]);
    expect(placed(address, { ordinal: 1 })).toEqual([]);
  });

  it.each([
    "https://kites.example/prices",
    "https://kites.example/blog/how-about-tails",
    "https://kites.example/about/jobs",
    "text",
  ])("tells of %s that it begins a document", (name) => {
    expect(placed(name)).toEqual([overviewTerm]);
  });

  it("tells of a Q&A what it was written for, and of a product nothing", () => {
    expect(placed("How can I contact you?", { sourceType: "q&a" })).toEqual(["@contact"]);
    expect(placed("What do you do?", { sourceType: "q&a" })).toEqual([overviewTerm]);
    expect(placed("Is there tea?", { sourceType: "q&a" })).toEqual([]);
    expect(placed("p-17", { sourceType: "product" })).toEqual([]);
  });
});
