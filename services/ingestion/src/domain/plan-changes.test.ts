import { create } from "@bufbuild/protobuf";
import { ingestion } from "@parlance/contracts";
import { describe, expect, it } from "vitest";
import { planChanges, type SourceLists } from "./plan-changes.ts";
import { preparePages, prepareSources } from "./prepare-sources.ts";
import type { SourceEntry } from "./source.ts";

const chatbotId = "0123456789abcdef01234567";
const none: SourceLists = { text: [], file: [], website: [], product: [], "q&a": [] };
type Init = Partial<{
  text: string;
  urls: string[];
  products: { id: string; informationJson: string }[];
  questionsAndAnswers: { question: string; answer: string }[];
  deletes: Partial<{ type: string; id: string; question: string; url: string; name: string }>[];
}>;

function plan(before: SourceLists, init: Init, failed: string[] = []) {
  const request = create(ingestion.StartJobRequestSchema, { chatbotId, ...init });
  return planChanges(before, {
    chatbotId,
    deletes: request.deletes,
    prepared: prepareSources(request),
    pages: preparePages(request),
    failed: new Set(failed),
    indexAgain: false,
  });
}

function website(name: string): SourceEntry {
  const [page] = preparePages({ chatbotId, urls: [name] });
  return { id: page?.id ?? "", type: "website", name, characters: 10, revision: "r", content: { key: name } };
}

describe("planChanges", () => {
  it("counts code points, and of a text that is stored already none", () => {
    const first = plan(none, { text: "😀é" });
    expect(first.requested).toBe(2);
    const second = plan(first.lists, { text: "😀é", products: [{ id: "p", informationJson: '{"a":1}' }] });
    expect({ requested: second.requested, total: second.total }).toEqual({ requested: 7, total: 9 });
    expect(second.items.map(({ entry }) => entry.type)).toEqual(["product"]);
  });

  it("takes texts for the same only when they are letter by letter", () => {
    const { lists } = plan(none, { text: "Same" });
    expect(plan(lists, { text: "Same " }).lists.text).toHaveLength(2);
  });

  it("lets the later of two with one identity win, and charges for that one alone", () => {
    const { lists, requested } = plan(none, {
      questionsAndAnswers: [
        { question: "Where?", answer: "There and there and there." },
        { question: " where? ", answer: "Here." },
      ],
    });
    expect(lists["q&a"].map(({ name }) => name)).toEqual([" where? "]);
    expect(requested).toBe(13);
  });

  it("makes nothing of a source that is deleted and added unchanged in one call", () => {
    const { lists } = plan(none, { text: "Text", products: [{ id: "p", informationJson: "{}" }] });
    const again = plan(lists, { text: "Text", deletes: [{ type: "text" }, { type: "product", id: "none" }] });
    expect({ items: again.items, requested: again.requested }).toEqual({ items: [], requested: 0 });
  });

  it("removes before it indexes, each document once", () => {
    const { lists } = plan(none, { text: "Old", products: [{ id: "p", informationJson: '{"v":1}' }] });
    const changed = plan(lists, { text: "New", products: [{ id: "p", informationJson: '{"v":2}' }], deletes: [{ type: "text" }] });
    expect(changed.items.map(({ action, entry }) => [action, entry.type])).toEqual([
      ["remove", "text"],
      ["index", "text"],
      ["index", "product"],
    ]);
    expect(changed.items[2]?.previous?.revision).toBe(lists.product[0]?.revision);
    expect(changed.changedLists).toEqual(["text", "product"]);
  });

  it("finds what deletes name: a page by its identity, a file by name, a Q&A by id or question, all texts without an id", () => {
    const file: SourceEntry = { ...website("https://example.com/a.pdf"), id: "f1", type: "file", name: "a.pdf" };
    const base = plan(none, { text: "Text", questionsAndAnswers: [{ question: "Q", answer: "A" }] }).lists;
    const before = { ...base, website: [website("https://example.com/a?b=1")], file: [file] };
    const after = (deletes: Init["deletes"]) => {
      const { lists } = plan(before, { deletes: deletes ?? [] });
      return Object.values(lists)
        .flat()
        .map(({ type }) => type)
        .toSorted();
    };
    expect(after([{ type: "website", url: "HTTPS://Example.com:443/a?b=1#top" }])).toEqual(["file", "q&a", "text"]);
    expect(after([{ type: "website", url: "https://example.com/a" }])).toHaveLength(4);
    expect(after([{ type: "file", name: "a.pdf" }])).toEqual(["q&a", "text", "website"]);
    expect(after([{ type: "file", id: "f1" }])).toEqual(["q&a", "text", "website"]);
    expect(after([{ type: "q&a", id: before["q&a"][0]?.id ?? "" }, { type: "text" }])).toEqual(["file", "website"]);
    expect(after([{ type: "q&a", question: " q" }])).toEqual(["file", "text", "website"]);
    expect(after([{ type: "nonsense" }, { type: "text", id: "unknown" }])).toHaveLength(4);
  });

  it("indexes all sources again, however many there are", () => {
    const entry: SourceEntry = { ...website("https://example.com/"), type: "product" };
    const product = Array.from({ length: 200_000 }, (_, i) => ({ ...entry, id: `${i}` }));
    const before = { ...none, product };
    const request = { chatbotId, deletes: [], prepared: [], pages: [], failed: new Set<string>() };
    expect(planChanges(before, { ...request, indexAgain: true }).items).toHaveLength(200_000);
    expect(planChanges(before, { ...request, indexAgain: false }).items).toEqual([]);
  });

  it("looks each delete up once, however many pages there are", () => {
    let reads = 0;
    const urlOf = (i: number) => `https://example.com/${i}`;
    const pages = Array.from({ length: 500 }, (_, i) => {
      const page = website(urlOf(i));
      return Object.defineProperty({ ...page }, "name", { enumerable: true, get: () => (reads++, page.name) });
    });
    const deletes = Array.from({ length: 100 }, (_, i) => ({ type: "website", url: urlOf(i) }));
    expect(plan({ ...none, website: pages }, { deletes }).lists.website).toHaveLength(400);
    // To look each delete up in all pages reads their names 50,000 times.
    expect(reads).toBeLessThan(5_000);
  });

  it("tries a source again that failed, at no charge, and removes one again whose removal failed", () => {
    const { lists } = plan(none, { text: "Text" });
    const id = lists.text[0]?.id ?? "";
    const again = plan(lists, { text: "Text" }, [id, "gone"]);
    expect(again.items.map(({ action, entry }) => [action, entry.id])).toEqual([
      ["remove", "gone"],
      ["index", id],
    ]);
    expect(again.requested).toBe(0);
  });
});
