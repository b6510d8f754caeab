/** The part of the REST API that measuring needs, as any client would call it. */
export class ParlanceClient {
  readonly #base: string;
  readonly #key: string;

  constructor(options: { url: string; key: string }) {
    this.#base = `${options.url}/api/v2`;
    this.#key = options.key;
  }

  async createChatbot(chatbotName: string, sourceText: string): Promise<string> {
    const { chatbotId } = await this.#json<{ chatbotId: string }>("POST", "/create-chatbot", { chatbotName, sourceText });
    return chatbotId;
  }

  async addText(chatbotId: string, sourceText: string): Promise<void> {
    await this.#json("POST", "/retrain-chatbot", { chatbotId, sourceText });
  }

  /** Resolves when nothing is queued or running. */
  async trained(chatbotId: string, onProgress: (progress: number) => void): Promise<void> {
    for (;;) {
      const status = await this.#json<{ progress: number; failedSources: { name: string; reason: string }[] }>(
        "GET",
        `/chatbot/status/${chatbotId}`,
      );
      onProgress(status.progress);
      if (status.progress === 100) {
        if (status.failedSources.length > 0) throw new Error(`training failed: ${JSON.stringify(status.failedSources)}`);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  async query(chatbotId: string, query: string, count: number): Promise<string[]> {
    const found = await this.#json<{ snippet: string }[]>("POST", `/query-knowledge-base/${chatbotId}`, { query, count });
    return found.map((hit) => hit.snippet);
  }

  /** The answer, and whether it was a refusal: those rest on no passage, so the stored message has no score. */
  async ask(chatbotId: string, question: string): Promise<{ text: string; refused: boolean }> {
    const response = await this.#send("POST", "/chat", { chatbotId, messages: [{ role: "user", content: question }] });
    const text = await response.text();
    const id = response.headers.get("x-conversation-id") ?? "";
    const { conversation } = await this.#json<{ conversation: { messages: { role: string; score: number | null }[] } }>(
      "GET",
      `/get-conversation/${id}?chatbotId=${chatbotId}`,
    );
    return { text, refused: conversation.messages.at(-1)?.score == null };
  }

  async deleteChatbot(chatbotId: string): Promise<void> {
    await this.#json("DELETE", `/delete-chatbot/${chatbotId}`);
  }

  async #json<T>(method: string, path: string, body?: object): Promise<T> {
    return (await (await this.#send(method, path, body)).json()) as T;
  }

  async #send(method: string, path: string, body?: object): Promise<Response> {
    const response = await fetch(this.#base + path, {
      method,
      headers: { authorization: `Bearer ${this.#key}`, ...(body !== undefined && { "content-type": "application/json" }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  }
}
