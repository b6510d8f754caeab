import type { AddressInfo } from "node:net";
import express from "express";
import OpenAI from "openai";
import { serve, startInput } from "./child.ts";

/** The least that an express may do which streams a model's answer through the provider's client: no key, no check, nothing stored. */
const { baseUrl } = startInput() as { baseUrl: string };
const model = new OpenAI({ apiKey: "none", baseURL: baseUrl });

const app = express();
app.use(express.json());
app.post("/chat", async (req, res) => {
  const { messages } = req.body as { messages: OpenAI.ChatCompletionMessageParam[] };
  const answer = await model.chat.completions.create({ model: "any", messages, stream: true });
  for await (const { choices } of answer) {
    const text = choices[0]?.delta.content ?? "";
    if (text !== "") res.write(text);
  }
  res.end();
});
const server = app.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  serve({ url: `http://127.0.0.1:${port}/chat` }, {});
});
