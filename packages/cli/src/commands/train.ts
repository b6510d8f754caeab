import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CliError, usageError } from "../cli-error.ts";
import type { Call, Command } from "../command.ts";
import { createProgressBar } from "../progress-bar.ts";
import type { RestClient } from "../rest-client.ts";
import { printable } from "../table.ts";
import { chatbotId } from "./chatbots.ts";

interface Status {
  progress: number;
  failedSources: { name: string; type: string; reason: string }[];
}

/** How often progress is asked for: soon at first, then within the request limit of a key. */
const pollMs = { first: 150, most: 1_000 };

export const train: Command = {
  name: "train",
  operands: "CHATBOT [FILE...]",
  summary: "Add texts, questions or pages to what a chatbot knows",
  options: {
    text: { value: "TEXT", multiple: true, description: "a text; may be given several times" },
    question: { value: "TEXT", description: "a question, with --answer" },
    answer: { value: "TEXT", description: "its answer" },
    qa: { value: "FILE", description: 'JSON file with a list of {"question", "answer"}' },
    products: { value: "FILE", description: 'JSON file with a list of {"id", "information"}' },
    page: { value: "URL", multiple: true, description: "a page to be fetched; may be given several times" },
    "no-wait": { description: "do not wait until it is learned" },
  },
  notes: `FILE is a text or Markdown file in UTF-8, or - for what is piped in; each becomes a source of its own.

  npm run parlance -- train "My shop" handbook.md returns.txt
  npm run parlance -- train "My shop" --question "Are you open on Sundays?" --answer "No."`,
  run: async (call) => {
    const [wanted = "", ...files] = call.operands;
    const bodies = await requests(call, files);
    const rest = call.connection.rest();
    const id = await chatbotId(rest, wanted);
    const bar = createProgressBar(call.console);
    try {
      let answer: Knowledge = { consumedCharacters: 0 };
      for (const [done, body] of bodies.entries()) {
        call.signal.throwIfAborted();
        bar.show(0, bodies.length === 1 ? "sending" : `sending ${done + 1} of ${bodies.length}`);
        answer = await rest.post("/retrain-chatbot", { chatbotId: id, ...body });
      }
      if (call.flag("no-wait")) {
        return { json: { chatbotId: id, consumedCharacters: answer.consumedCharacters }, text: "The training is queued." };
      }
      const { failedSources } = await learned(rest, id, { signal: call.signal, show: (share) => bar.show(share, "training") });
      if (call.texts("page").length > 0) answer = await knowledgeOf(rest, id);
      bar.end();
      return outcome(id, answer.consumedCharacters, failedSources);
    } finally {
      bar.end();
    }
  },
};

interface Knowledge {
  consumedCharacters: number;
}

/** What a chatbot knows once its pages are read; only the answer to a change tells it, so one is asked for that changes nothing. */
function knowledgeOf(rest: RestClient, chatbotId: string): Promise<Knowledge> {
  return rest.post("/retrain-chatbot", { chatbotId, deletes: [{ type: "text", id: "none" }] });
}

function outcome(chatbotId: string, consumedCharacters: number, failedSources: Status["failedSources"]) {
  const knows = `The chatbot knows ${consumedCharacters.toLocaleString("en")} characters.`;
  const failures = failedSources.map(({ name, type, reason }) => `\n  ${type} ${printable(name)}: ${printable(reason)}`);
  const text =
    failures.length === 0
      ? `Done. ${knows}`
      : `${failures.length} ${failures.length === 1 ? "source" : "sources"} failed:${failures.join("")}\n${knows}`;
  return { json: { chatbotId, consumedCharacters, failedSources }, text, failed: failures.length > 0 };
}

async function learned(rest: RestClient, id: string, watch: { signal: AbortSignal; show(share: number): void }): Promise<Status> {
  for (let waitMs = pollMs.first; ; waitMs = Math.min(waitMs * 1.3, pollMs.most)) {
    const status = await rest.get<Status>(`/chatbot/status/${id}`);
    if (status.progress === 100) return status;
    watch.show(status.progress / 100);
    await sleep(waitMs, undefined, { signal: watch.signal });
  }
}

/** One body for each text, because a call takes one, and one for everything else. */
async function requests(call: Call, files: readonly string[]): Promise<object[]> {
  const texts = [...call.texts("text"), ...(await Promise.all(files.map((file) => readText(call, file))))];
  const qAndAs = [...(await readList(call, "qa")), ...single(call)];
  const products = await readList(call, "products");
  const urlsToScrape = call.texts("page");
  const rest = {
    ...(qAndAs.length > 0 && { qAndAs }),
    ...(products.length > 0 && { products }),
    ...(urlsToScrape.length > 0 && { urlsToScrape }),
  };
  const bodies: object[] = texts.map((sourceText) => ({ sourceText }));
  if (Object.keys(rest).length > 0) bodies.push(rest);
  if (bodies.length === 0) throw usageError("There is nothing to train: name files, or see npm run parlance -- train --help");
  return bodies;
}

function single({ text }: Call): object[] {
  const [question, answer] = [text("question"), text("answer")];
  if ((question === undefined) !== (answer === undefined)) throw usageError("--question and --answer go together");
  return question === undefined ? [] : [{ question, answer }];
}

async function readList(call: Call, option: string): Promise<object[]> {
  const file = call.text(option);
  if (file === undefined) return [];
  const text = await readText(call, file);
  try {
    const items: unknown = JSON.parse(text);
    if (Array.isArray(items)) return items as object[];
  } catch {
    // Said below.
  }
  throw new CliError(`${file} holds no JSON list`);
}

async function readText({ folder, console }: Call, file: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = file === "-" ? await readAll(console.input) : await readFile(resolve(folder, file));
  } catch (error) {
    throw new CliError(`${resolve(folder, file)} cannot be read: ${reasonOf(error)}`, { cause: error });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new CliError(`${file} is no text in UTF-8: convert it first`, { cause: error });
  }
}

async function readAll(input: AsyncIterable<unknown>): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of input) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EISDIR") return "it is a folder";
  return code === "EACCES" ? "this user may not read it" : String(error);
}
