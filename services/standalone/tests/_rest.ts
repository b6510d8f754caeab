/** The calls of the public API that these tests make, as any HTTP client makes them. */
export class Rest {
  readonly #base: string;
  readonly key: string;

  constructor(address: string, key: string) {
    this.#base = `${address}/api/v2`;
    this.key = key;
  }

  async json<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await this.send(method, path, body);
    if (response.status !== 200) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  async send(method: string, path: string, body?: object, headers?: Readonly<Record<string, string>>): Promise<Response> {
    return fetch(this.#base + path, {
      method,
      headers: {
        authorization: `Bearer ${this.key}`,
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  async ask(chatbotId: string, question: string): Promise<string> {
    const response = await this.send("POST", "/chat", { chatbotId, messages: [{ role: "user", content: question }] });
    if (response.status !== 200) throw new Error(`chat: ${response.status} ${await response.text()}`);
    return response.text();
  }

  async progress(chatbotId: string): Promise<number> {
    return (await this.json<{ progress: number }>("GET", `/chatbot/status/${chatbotId}`)).progress;
  }
}
