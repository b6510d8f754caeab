import { Agent, request, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";

/** The REST API as a client on a kept connection sees it, over node:http, which costs less than fetch. */
export class RestClient {
  readonly url: string;
  readonly key: string;
  readonly #agent = new Agent({ keepAlive: true });

  constructor({ url, key }: { url: string; key: string }) {
    this.url = url;
    this.key = key;
  }

  async createChatbot(sourceText = ""): Promise<string> {
    const body = { chatbotName: "Bench", ...(sourceText !== "" && { sourceText }) };
    return (await this.json<{ chatbotId: string }>("POST", "/create-chatbot", body)).chatbotId;
  }

  /** Resolves when a chatbot's training has ended. */
  async trained(chatbotId: string): Promise<void> {
    for (;;) {
      const { progress } = await this.json<{ progress: number }>("GET", `/chatbot/status/${chatbotId}`);
      if (progress === 100) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  async deleteChatbot(chatbotId: string): Promise<void> {
    await this.json("DELETE", `/delete-chatbot/${chatbotId}`);
  }

  /** The whole answer. */
  async ask(chatbotId: string, question: string): Promise<string> {
    return text(await this.post("/chat", chatBody(chatbotId, question)));
  }

  async json<T>(method: string, path: string, body?: object): Promise<T> {
    return JSON.parse(await text(await this.#send(method, path, body))) as T;
  }

  post(path: string, body: object): Promise<IncomingMessage> {
    return this.#send("POST", path, body);
  }

  close(): void {
    this.#agent.destroy();
  }

  async #send(method: string, path: string, body?: object): Promise<IncomingMessage> {
    const url = `${this.url}/api/v2${path}`;
    const response = await send(url, { agent: this.#agent, method, headers: { authorization: `Bearer ${this.key}` } }, body);
    if (response.statusCode !== 200) throw new Error(`${method} ${path}: ${response.statusCode} ${await text(response)}`);
    return response;
  }
}

export function chatBody(chatbotId: string, question: string) {
  return { chatbotId, messages: [{ role: "user", content: question }] };
}

/** Sends JSON and resolves with the head of the answer. */
export function send(url: string, options: Parameters<typeof request>[1] & object, body?: object): Promise<IncomingMessage> {
  const payload = body === undefined ? "" : JSON.stringify(body);
  const typed = payload === "" ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(payload) };
  return new Promise((resolve, reject) => {
    const sending = request(url, { ...options, headers: { ...(options.headers as object), ...typed } });
    sending.on("response", resolve).on("error", reject);
    sending.end(payload);
  });
}
