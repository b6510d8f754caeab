import { mkdtemp, rm } from "node:fs/promises";
import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { readHandbook, until } from "@parlance/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { firstCommands } from "../src/greet.ts";
import type { Installation } from "./_installation.ts";
import type { Rest } from "./_rest.ts";

const pages = readHandbook();
const patience = { timeoutMs: 180_000 };

interface Created {
  chatbotId: string;
  consumedCharacters: number;
}

/** What Parlance promises to its users, in whatever shape it runs. */
export function describeParlance(shape: string, open: (folder: string) => Promise<Installation>): void {
  describe(`Parlance ${shape}`, { timeout: 300_000 }, () => {
    let folder: string;
    let parlance: Installation;
    let handbook: string;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "parlance-conformance-"));
      parlance = await open(folder);
      ({ chatbotId: handbook } = await create(parlance.rest, pages[0]?.text ?? ""));
      for (const page of pages.slice(1, 3)) await retrain(parlance.rest, handbook, page.text);
      await trained(parlance.rest, handbook);
    }, 400_000);
    afterAll(async () => {
      const faults = await parlance.close();
      await rm(folder, { recursive: true, force: true });
      expect(faults).toEqual([]);
    }, 60_000);

    it("answers from what it was trained on, and keeps the conversation", async () => {
      const questions = pages.slice(0, 3).flatMap((page) => page.questions.slice(0, 2));
      let held = 0;
      for (const { question, answer } of questions) {
        if ((await parlance.rest.ask(handbook, question)).includes(answer)) held += 1;
      }
      expect(held).toBeGreaterThanOrEqual(questions.length - 2);
      const { total } = await parlance.rest.json<{ total: number }>("GET", `/get-conversations/${handbook}`);
      expect(total).toBe(questions.length);
    });

    it("streams an answer in pieces, the same text as the whole answer", async () => {
      const question = pages[0]?.questions[0]?.question ?? "";
      const whole = await parlance.rest.ask(handbook, question);
      const messages = [{ role: "user", content: question }];
      const response = await parlance.rest.send("POST", "/chat", { chatbotId: handbook, messages, stream: true });
      expect(response.status).toBe(200);
      expect(response.headers.get("content-length")).toBeNull();
      expect(await response.text()).toBe(whole);
    });

    it("answers many at once, each once", async () => {
      const { total: before } = await parlance.rest.json<{ total: number }>("GET", `/get-conversations/${handbook}`);
      const question = pages[1]?.questions[0]?.question ?? "";
      const answers = await Promise.all(Array.from({ length: 16 }, () => parlance.rest.ask(handbook, question)));
      expect(new Set(answers).size).toBe(1);
      const { total } = await parlance.rest.json<{ total: number }>("GET", `/get-conversations/${handbook}`);
      expect(total).toBe(before + answers.length);
    });

    it("takes a request of ten megabytes, and lets go of it when its chatbot is deleted", async () => {
      const sourceText = "Parcels arrive in two days. ".repeat(370_000).slice(0, 10_300_000);
      const { chatbotId, consumedCharacters } = await create(parlance.rest, sourceText);
      expect(consumedCharacters).toBe(sourceText.length);
      await parlance.rest.json("DELETE", `/delete-chatbot/${chatbotId}`);
      expect((await parlance.rest.send("GET", `/chatbot/status/${chatbotId}`)).status).toBe(404);
    });

    it("deletes a chatbot at once, with all that belongs to it", async () => {
      const { chatbotId } = await create(parlance.rest, pages[3]?.text ?? "");
      await trained(parlance.rest, chatbotId);
      await parlance.rest.ask(chatbotId, pages[3]?.questions[0]?.question ?? "");
      await parlance.rest.json("DELETE", `/delete-chatbot/${chatbotId}`);
      const paths = ["get-chatbot", "chatbot/status", "get-conversations"];
      const answers = await Promise.all(paths.map((path) => parlance.rest.send("GET", `/${path}/${chatbotId}`)));
      expect(answers.map(({ status }) => status)).toEqual(paths.map(() => 404));
      const { chatbots } = await parlance.rest.json<{ chatbots: { chatbotId: string }[] }>("GET", "/get-chatbots");
      expect(chatbots.map((chatbot) => chatbot.chatbotId)).not.toContain(chatbotId);
      const messages = [{ role: "user", content: "What is it?" }];
      expect((await parlance.rest.send("POST", "/chat", { chatbotId, messages })).status).toBe(404);
    });

    it("answers another user's ids as unknown ones", async () => {
      const other = await parlance.anotherUser("another@example.org");
      const { chatbotId } = await create(other, "Our office is in Lisbon.");
      const messages = [{ role: "user", content: "Where is the office?" }];
      for (const [rest, foreign] of [[other, handbook] as const, [parlance.rest, chatbotId] as const]) {
        const known = await rest.send("POST", "/chat", { chatbotId: foreign, messages });
        const unknown = await rest.send("POST", "/chat", { chatbotId: "0".repeat(24), messages });
        expect([known.status, await known.text()]).toEqual([unknown.status, await unknown.text()]);
        expect(known.status).toBe(404);
        expect((await rest.send("DELETE", `/delete-chatbot/${foreign}`)).status).toBe(404);
        const { chatbots } = await rest.json<{ chatbots: { chatbotId: string }[] }>("GET", "/get-chatbots");
        expect(chatbots.map((chatbot) => chatbot.chatbotId)).not.toContain(foreign);
      }
    });

    it("refuses what carries no valid key", async () => {
      const response = await fetch(`${parlance.address}/api/v2/get-chatbots`, { headers: { authorization: "Bearer sk-wrong" } });
      expect(response.status).toBe(401);
      expect(response.headers.get("x-request-id")).toMatch(/./);
    });

    it("runs the first session word for word", async () => {
      const key = parlance.rest.key;
      const commands = firstCommands(parlance.address, key).join("\n").replace("| tee /dev/stderr ", "");
      const { stdout } = await promisify(execFile)("bash", ["-c", commands], { timeout: 120_000 });
      expect(stdout).toMatch(/chatbot [0-9a-f]{24}/);
      expect(stdout).toContain("two days");
    });

    it("goes on with a training by itself after a crash, loses nothing and doubles nothing", async () => {
      const { chatbotId } = await create(parlance.rest, pages[0]?.text ?? "");
      for (const page of pages.slice(1)) await retrain(parlance.rest, chatbotId, page.text);
      expect(await parlance.rest.progress(chatbotId)).toBeLessThan(100);
      await parlance.crash();
      await trained(parlance.rest, chatbotId);
      const asked = pages.map((page) => page.questions[0]).filter((question) => question !== undefined);
      let held = 0;
      for (const { question, answer } of asked) if ((await parlance.rest.ask(chatbotId, question)).includes(answer)) held += 1;
      expect(held).toBeGreaterThanOrEqual(asked.length - 2);
      const hits = await parlance.rest.json<{ snippet: string }[]>("POST", `/query-knowledge-base/${chatbotId}`, {
        query: "Rookery membership classes warranty",
        count: 50,
      });
      const snippets = hits.map((hit) => hit.snippet);
      expect(snippets.length).toBeGreaterThanOrEqual(pages.length / 2);
      expect(new Set(snippets).size, "no chunk is doubled").toBe(snippets.length);
    });
  });
}

async function create(rest: Rest, sourceText: string): Promise<Created> {
  return rest.json<Created>("POST", "/create-chatbot", { chatbotName: "Conformance", sourceText });
}

async function retrain(rest: Rest, chatbotId: string, sourceText: string): Promise<void> {
  await rest.json("POST", "/retrain-chatbot", { chatbotId, sourceText });
}

async function trained(rest: Rest, chatbotId: string): Promise<void> {
  await until("the training has ended", async () => (await rest.progress(chatbotId)) === 100, patience);
}
