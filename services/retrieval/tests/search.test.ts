import { Code } from "@connectrpc/connect";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { ingestionEvents, retrievalEvents } from "@parlance/contracts";
import { makeEvent, newId } from "@parlance/platform";
import { asTenant } from "@parlance/ports";
import { startTestProcess, transports, until, type TestProcess } from "@parlance/testkit";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Generation } from "../src/domain/generations.ts";
import { retrieval } from "../src/service.ts";

const texts = {
  hours: "The shop is open from nine in the morning until six in the evening, Monday to Saturday.",
  parcels: "Parcels within the country arrive in two days and cost four euros.",
  refunds: "You may send anything back within thirty days and get your money back.",
};

/** Texts here are too short to tell; the German ones have an umlaut each. */
const languageOf = (text: string) => (/[äöü]/.test(text) ? "de" : "en");

describe.each(transports)("retrieval over %s", (transport) => {
  let test: TestProcess;
  beforeAll(async () => {
    test = await startTestProcess([retrieval], { transport });
  });
  afterAll(() => test.stop());

  /** Does what ingestion does: writes a batch, announces it, and waits until retrieval has answered. */
  async function index(
    at: { user: string; chatbotId: string; jobId: string; generation: bigint },
    documents: Record<string, string>,
    options: { removed?: string[] } = {},
  ): Promise<{ embedded: number }> {
    const answers: { jobId: string; embedded: number }[] = [];
    const group = `test-${newId()}`;
    const { ports } = test.running;
    const consumer = await ports.events.subscribe({
      group,
      topics: ["retrieval.document.indexed.v1"],
      handle: async (event) => {
        answers.push(fromBinary(retrievalEvents.DocumentIndexedSchema, event.payload));
      },
    });
    const batchKey = `${at.user}/${at.chatbotId}/${newId()}`;
    const batch = create(ingestionEvents.ChunkBatchSchema, {
      documents: Object.entries(documents).map(([documentId, text]) => ({
        documentId,
        revision: "1",
        sourceName: documentId,
        sourceType: documentId.endsWith("?") ? "q&a" : "text",
        language: languageOf(text),
        english: languageOf(text) === "en",
        chunks: [{ chunkId: `${documentId}-${text.length}`, text, ordinal: 0, start: 0 }],
      })),
    });
    await ports.blobs.put(batchKey, toBinary(ingestionEvents.ChunkBatchSchema, batch));
    const parts = [...Object.keys(documents), ...(options.removed ?? [])];
    await ports.events.publish([
      makeEvent("ingestion.document.chunked.v1", {
        identity: { tenant: asTenant(at.user) },
        key: `${at.jobId}:0`,
        time: Date.now(),
        payload: { ...at, batchKey, batchNumber: 0, parts: parts.map((documentId) => ({ documentId, revision: "1", last: true })) },
      }),
    ]);
    const answer = await until("retrieval has answered", () => answers.find((candidate) => candidate.jobId === at.jobId));
    await consumer.stop();
    return answer;
  }

  async function train(user: string, chatbotId: string, documents: Record<string, string>, removed: string[] = []) {
    const jobId = newId();
    const { generation } = await test.clients.retrieval.beginGeneration({ chatbotId, jobId }, test.as(user));
    const at = { user, chatbotId, jobId, generation };
    const answer = await index(at, documents, { removed });
    return {
      answer,
      activate: () => test.clients.retrieval.activateGeneration({ chatbotId, jobId, generation }, test.as(user)),
      discard: () => test.clients.retrieval.discardGeneration({ chatbotId, jobId, generation }, test.as(user)),
    };
  }

  const search = async (user: string, chatbotId: string, query: string) =>
    (await test.clients.retrieval.search({ chatbotId, query }, test.as(user))).hits.map((hit) => hit.sourceName);

  it("finds by meaning and by words, and nothing before the generation is activated", async () => {
    const chatbotId = newId();
    const { activate } = await train("ann", chatbotId, texts);
    expect(await search("ann", chatbotId, "How long does shipping take?")).toEqual([]);
    await activate();
    expect((await search("ann", chatbotId, "How long does shipping take?"))[0]).toBe("parcels");
    expect((await search("ann", chatbotId, "euros"))[0]).toBe("parcels");
  });

  it("keeps what it found for the same question, but for the longest of passages", async () => {
    const [shop, lamps] = [newId(), newId()];
    const catalogue = Array.from({ length: 9_000 }, (_, i) => `lamp${i}`).join(" ");
    await (await train("ann", shop, texts)).activate();
    await (await train("ann", lamps, { catalogue })).activate();
    const looking = vi.spyOn(test.running.ports.search, "search");
    const searches = async (chatbotId: string, query: string) => {
      const before = looking.mock.calls.length;
      await search("ann", chatbotId, query);
      return looking.mock.calls.length - before;
    };
    expect(await searches(shop, "How long do parcels take?")).toBeGreaterThan(0);
    expect(await searches(shop, "How long do parcels take?")).toBe(0);
    expect(await searches(lamps, "lamp17")).toBeGreaterThan(0);
    expect(await searches(lamps, "lamp17")).toBeGreaterThan(0);
    looking.mockRestore();
  });

  it("embeds nothing again when the same documents are trained again", async () => {
    const chatbotId = newId();
    await (await train("ann", chatbotId, texts)).activate();
    const again = await train("ann", chatbotId, texts);
    expect(again.answer.embedded).toBe(0);
    await again.activate();
    expect(await search("ann", chatbotId, "shop parcels money")).toHaveLength(3);
  });

  it("shows the old knowledge until the new is activated, then only the new", async () => {
    const chatbotId = newId();
    await (await train("ann", chatbotId, texts)).activate();
    const next = await train("ann", chatbotId, { hours: "We are open all day and all night." }, ["parcels"]);
    expect(await search("ann", chatbotId, "What does a parcel cost?")).toContain("parcels");
    await next.activate();
    const hits = await test.clients.retrieval.search({ chatbotId, query: "When are you open?" }, test.as("ann"));
    expect(hits.hits.map((hit) => hit.text)).toEqual(expect.arrayContaining(["We are open all day and all night.", texts.refunds]));
    expect(hits.hits).toHaveLength(2);
  });

  it("leaves no trace of a generation that was discarded", async () => {
    const chatbotId = newId();
    await (await train("ann", chatbotId, texts)).activate();
    await (await train("ann", chatbotId, { extra: "Dogs are welcome in the yard." }, ["hours"])).discard();
    await (await train("ann", chatbotId, {})).activate();
    expect((await search("ann", chatbotId, "opening hours of the shop")).toSorted()).toEqual(["hours", "parcels", "refunds"]);
  });

  describe("when the index holds nothing of a chatbot", () => {
    const scopeOf = (chatbotId: string) => ({ tenant: asTenant("ann"), chatbotId });
    const complete = async (chatbotId: string, documents: Record<string, string>, removed: string[] = []) => {
      await (await train("ann", chatbotId, documents, removed)).activate();
      const identity = { tenant: asTenant("ann") };
      const payload = { chatbotId, jobId: newId(), state: "completed", documents: 1, failedDocuments: 0 };
      const event = makeEvent("ingestion.job.completed.v1", { identity, key: chatbotId, time: Date.now(), payload });
      await test.running.ports.events.publish([event]);
    };
    const chunksIn = async (chatbotId: string) => {
      const notes = test.running.ports.documents.collection<Generation>({ name: "retrieval.generations" });
      return (await notes.get(asTenant("ann"), chatbotId))?.data.chunksIn;
    };

    it("says that it cannot search where chunks were lost, instead of finding nothing", async () => {
      const chatbotId = newId();
      await complete(chatbotId, texts);
      await until("the chunks are noted", async () => (await chunksIn(chatbotId)) === 1);
      await test.running.ports.search.purge(scopeOf(chatbotId));
      await expect(search("ann", chatbotId, "parcels")).rejects.toMatchObject({ code: Code.Unavailable });
      await complete(chatbotId, texts);
      expect((await search("ann", chatbotId, "parcels"))[0]).toBe("parcels");
    });

    it("finds nothing where its owner has removed everything", async () => {
      const chatbotId = newId();
      await complete(chatbotId, texts);
      await complete(chatbotId, {}, Object.keys(texts));
      await until("the chunks are noted", async () => (await chunksIn(chatbotId)) === 2);
      await complete(chatbotId, {});
      const asked = { generation: 3, terms: ["shop"], candidates: 1 };
      const left = () => test.running.ports.search.search(scopeOf(chatbotId), asked);
      await until("what ended is erased", async () => (await left()).chunkCount === 0);
      expect(await search("ann", chatbotId, "parcels")).toEqual([]);
    });
  });

  it("never shows a user the chunks of another, not even by the chatbot's id", async () => {
    const chatbotId = newId();
    await (await train("ann", chatbotId, texts)).activate();
    expect(await search("bob", chatbotId, "parcels")).toEqual([]);
  });

  it("gives once what several documents say in the same words, and so has place for what others say", async () => {
    const chatbotId = newId();
    const copies = Array.from({ length: 8 }, (_, i): [string, string] => [`copy-${i}`, texts.parcels]);
    await (await train("ann", chatbotId, { ...Object.fromEntries(copies), hours: texts.hours, refunds: texts.refunds })).activate();
    const ask = { chatbotId, query: "Do parcels, the shop or money take days?", limit: 3 };
    const { hits } = await test.clients.retrieval.search(ask, test.as("ann"));
    expect(hits.map((hit) => hit.text).toSorted()).toEqual(Object.values(texts).toSorted());
  });

  it("gives the head of the list unchanged when more hits are asked for", async () => {
    const chatbotId = newId();
    await (await train("ann", chatbotId, texts)).activate();
    const ask = async (limit: number) =>
      (await test.clients.retrieval.search({ chatbotId, query: "parcel money", limit }, test.as("ann"))).hits.map(
        (hit) => hit.chunkId,
      );
    expect((await ask(50)).slice(0, 2)).toEqual(await ask(2));
  });

  it("gives each number of hits the head of the same list, whichever of them are put in order by their words", async () => {
    const chatbotId = newId();
    const extra = ["coins", "notes", "cards", "cheques", "vouchers", "stamps"].map((name, i): [string, string] => [
      name,
      i % 2 === 0
        ? `If I do it, what do I get for it? I do get it for ${name}.`
        : `Refunds of ${name} are money. We count parcels with care.`,
    ]);
    await (await train("ann", chatbotId, { ...texts, ...Object.fromEntries(extra) })).activate();
    const ask = async (query: string, limit: number) =>
      (await test.clients.retrieval.search({ chatbotId, query, limit }, test.as("ann"))).hits.map((hit) => hit.chunkId);
    for (const limit of [1, 2, 4, 5, 6, 9]) {
      // White space keeps the question out of what was searched before.
      const some = await ask(`what do I get for it if I do refund money for parcels${" ".repeat(limit)}`, limit);
      expect(some).toEqual((await ask("what do I get for it if I do refund money for parcels", 50)).slice(0, limit));
    }
  });

  it("judges a question by what it is about: words that ask count where the knowledge uses them, and particulars where it tells them", async () => {
    const chatbotId = newId();
    const parts = { bleaching: "Bleaching 90 minutes", contact: "Ida is at 01584 496 021.", parcels: texts.parcels };
    await (await train("ann", chatbotId, parts)).activate();
    const best = async (query: string) => {
      const { hits } = await test.clients.retrieval.search({ chatbotId, query }, test.as("ann"));
      return [hits[0]?.sourceName, hits[0]?.termShare];
    };
    expect(await best("How expensive is bleaching?")).toEqual(["bleaching", 1]);
    expect(await best("What is your phone number?")).toEqual(["contact", 1]);
    const [first, share] = await best("How much does bleaching cost?");
    expect(first).toBe("bleaching");
    expect(share).toBeLessThan(1);
    expect((await best("What is your email?"))[1]).toBe(0);
  });

  it("finds how the front page begins for a question what all is about, unless it is told in words of the question", async () => {
    const chatbotId = newId();
    const site = {
      "https://kites.example/visits": "Do come and do ring before you do. This is what you do.",
      "https://kites.example/": "Holm Kites builds kites on the island.",
      "https://kites.example/prices": "Ask at the desk.",
    };
    await (await train("ann", chatbotId, site)).activate();
    const [first] = await search("ann", chatbotId, "What do you do?");
    expect(first).toBe("https://kites.example/");
    expect((await search("ann", chatbotId, "What do you sell?"))[0]).toBe("https://kites.example/");
    await (await train("ann", chatbotId, { "https://kites.example/shop": "We sell tails." })).activate();
    expect((await search("ann", chatbotId, "What do you sell?"))[0]).toBe("https://kites.example/shop");
  });

  it("finds what an owner wrote to a question for a particular before what tells it by its form", async () => {
    const chatbotId = newId();
    const written = {
      "How can I contact you?": "How can I contact you?\n\nUse the form.",
      "What do you do?": "What do you do?\n\nWe fly.",
    };
    await (
      await train("ann", chatbotId, { ...written, letters: "Write to us at kites@holm.example, and get in touch." })
    ).activate();
    for (const query of ["How can I contact you?", "how do i get in touch"]) {
      const { hits } = await test.clients.retrieval.search({ chatbotId, query }, test.as("ann"));
      expect([hits[0]?.sourceName, hits[0]?.termShare]).toEqual(["How can I contact you?", 1]);
    }
    expect((await search("ann", chatbotId, "Tell me about your company"))[0]).toBe("What do you do?");
  });

  describe("a misspelt question", () => {
    const ask = async (user: string, chatbotId: string, query: string) => {
      const { hits, understoodQuery } = await test.clients.retrieval.search({ chatbotId, query }, test.as(user));
      return { first: hits[0]?.sourceName, termShare: hits[0]?.termShare ?? 0, understoodQuery };
    };

    it.each([
      ["How much do parcles cost?", "How much do parcels cost?", "parcels"],
      ["Wehn is the shpo opne in the evenning?", "when is the shop open in the evening?", "hours"],
    ])("finds what was meant by %s", async (typed, understood, source) => {
      const chatbotId = newId();
      await (await train("ann", chatbotId, texts)).activate();
      const found = await ask("ann", chatbotId, typed);
      expect(found).toMatchObject({ first: source, understoodQuery: understood });
      const exact = await ask("ann", chatbotId, understood);
      expect(exact.first).toBe(source);
      expect(found.termShare).toBeLessThan(exact.termShare);
      expect(found.termShare).toBeGreaterThan(exact.termShare * 0.3);
    });

    it("leaves words alone that are only unknown, near to a known one or not", async () => {
      const chatbotId = newId();
      await (await train("ann", chatbotId, { ...texts, hiking: "The clock in the hall rings at noon." })).activate();
      for (const query of ["Do you sell zeppelins?", "Is there a block?"]) {
        expect(await ask("ann", chatbotId, query)).toMatchObject({ understoodQuery: query, termShare: 0 });
      }
    });

    it("is never corrected by what another user or chatbot knows", async () => {
      const [own, other] = [newId(), newId()];
      await (await train("ann", own, { hours: texts.hours })).activate();
      await (await train("ann", other, { parcels: texts.parcels })).activate();
      await (await train("bob", newId(), { parcels: texts.parcels })).activate();
      const query = "How much do parcles cost?";
      expect((await ask("ann", own, query)).understoodQuery).toBe(query);
      expect((await ask("ann", other, query)).understoodQuery).not.toBe(query);
    });

    it("alone is searched and embedded twice", async () => {
      const chatbotId = newId();
      await (await train("ann", chatbotId, texts)).activate();
      const searches = vi.spyOn(test.running.ports.search, "search");
      const embeddings = vi.spyOn(test.running.ports.embedder, "embed");
      await ask("ann", chatbotId, "What do parcels to zeppelins cost?");
      expect([searches.mock.calls.length, embeddings.mock.calls.length]).toEqual([1, 1]);
      await ask("ann", chatbotId, "What do parcles to zeppelins cost?");
      expect([searches.mock.calls.length, embeddings.mock.calls.length]).toEqual([3, 3]);
      vi.restoreAllMocks();
    });
  });

  describe("a question in other words than the knowledge's", () => {
    const club = {
      leaving: "Die Kündigung ist zum Ende des Jahres möglich.",
      fees: "Für das Jahr zahlt man achtzig Euro.",
      courts: "Die Plätze sind im Winter gesperrt.",
    };
    const ask = async (chatbotId: string, query: string) => {
      const { hits, understoodQuery } = await test.clients.retrieval.search({ chatbotId, query }, test.as("ann"));
      return { first: hits[0]?.sourceName, termShare: hits[0]?.termShare ?? 0, understoodQuery };
    };

    it("finds what says the same, for less than the same word", async () => {
      const chatbotId = newId();
      await (await train("ann", chatbotId, club)).activate();
      const asked = await ask(chatbotId, "Wie kann ich austreten?");
      expect(asked).toMatchObject({ first: "leaving", understoodQuery: "Wie kann ich kundigen?" });
      const { termShare } = await ask(chatbotId, "Wie kann ich kündigen?");
      expect(termShare).toBe(1);
      expect(asked.termShare).toBeGreaterThan(0);
      expect(asked.termShare).toBeLessThan(1);
    });

    it("keeps a word that is told, and one of which nothing is told that says the same", async () => {
      const chatbotId = newId();
      await (await train("ann", chatbotId, { ...club, gate: "Austreten darf man nur durch das Tor." })).activate();
      expect(await ask(chatbotId, "Wie kann ich austreten?")).toMatchObject({ first: "gate", termShare: 1 });
      const query = "Gibt es einen Stellplatz?";
      expect(await ask(chatbotId, query)).toMatchObject({ understoodQuery: query, termShare: 0 });
    });
  });

  it("refuses a limit that no contract allows", async () => {
    await expect(
      test.clients.retrieval.search({ chatbotId: newId(), query: "x", limit: 51 }, test.as("ann")),
    ).rejects.toMatchObject({
      rawMessage: "limit must be between 1 and 50",
    });
  });
});
