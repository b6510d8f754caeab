import { Code, ConnectError } from "@connectrpc/connect";
import { account } from "@parlance/account";
import { chat } from "@parlance/chat";
import { common } from "@parlance/contracts";
import { conversation } from "@parlance/conversation";
import { retrieval } from "@parlance/retrieval";
import { startTestProcess, until, type TestProcess, type TestProcessOptions } from "@parlance/testkit";
import { startOpenAiServer, type OpenAiServer } from "@parlance/testkit/openai-server";
import { ingestion } from "../src/service.ts";

/** What an embedding server is taken to give unless a setting says otherwise. */
export const dimension = 1_536;

/** Settings under which pages of this machine may be crawled, quickly. */
export const crawling = { PARLANCE_EGRESS_ALLOW: "127.0.0.0/8", PARLANCE_CRAWL_PAUSE_MS: "20" };

export type { TestProcess };

export interface Training extends AsyncDisposable {
  process: TestProcess;
  /** Counts what is embedded. */
  embeddings: OpenAiServer;
}

/** All services that training touches, with an embedding server that counts words instead of the local model, which takes seconds to load. */
export async function startTraining(options: TestProcessOptions & { embeddings?: OpenAiServer } = {}): Promise<Training> {
  const embeddings = options.embeddings ?? (await startOpenAiServer({ dimension }));
  const process = await startTestProcess([account, retrieval, ingestion, conversation, chat], {
    ...options,
    env: { PARLANCE_EMBEDDINGS_URL: embeddings.baseUrl, PARLANCE_DEFAULT_PLAN: "standard", ...options.env },
  });
  return {
    process,
    embeddings,
    async [Symbol.asyncDispose]() {
      await process.stop();
      if (options.embeddings === undefined) await embeddings.close();
    },
  };
}

/** A new user with a chatbot that has no sources. */
export async function newChatbot(running: TestProcess, options: { planName?: string; model?: string } = {}) {
  const { clients } = running;
  const email = `${crypto.randomUUID()}@example.com`;
  const { user } = await clients.account.createUser({ email, planName: options.planName ?? "" });
  const call = running.as(user?.userId ?? "");
  const backend = options.model === "custom-model" ? { customBackend: "https://example.com/answer" } : {};
  const { chatbotId } = await clients.chatbots.createChatbot({ chatbotName: "Shop", model: options.model ?? "", ...backend }, call);
  return { chatbotId, as: call, user: user?.userId ?? "" };
}

export type TestChatbot = Awaited<ReturnType<typeof newChatbot>>;

/** The training status once nothing is queued or running; fails when progress ever falls on the way. */
export async function trained({ clients }: TestProcess, { chatbotId, as }: TestChatbot, timeoutMs = 60_000) {
  let before = 0;
  return until(
    "the training has ended",
    async () => {
      const status = await clients.ingestion.getTrainingStatus({ chatbotId }, as);
      if (status.progress < before) throw new Error(`progress fell from ${before} to ${status.progress}`);
      before = status.progress;
      return status.progress === 100 && status;
    },
    { timeoutMs },
  );
}

/** Texts of the passages found. */
export async function found({ clients }: TestProcess, { chatbotId, as }: TestChatbot, query: string): Promise<string[]> {
  const { hits } = await clients.retrieval.search({ chatbotId, query, limit: 50 }, as);
  return hits.map((hit) => hit.text);
}

/** How many texts were sent to be embedded, questions left out by asking between two counts only. */
export function embedded({ embeddings }: Training): number {
  return embeddings.requests.reduce((sum, { body }) => sum + (body.input?.length ?? 0), 0);
}

export async function failureOf(call: Promise<unknown>) {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    const [info] = error.findDetails(common.ErrorInfoSchema);
    return { reason: info?.reason, code: Code[error.code], metadata: info?.metadata };
  }
  throw new Error("the call did not fail");
}
