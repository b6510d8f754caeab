import { createInterface } from "node:readline";
import { usageError } from "../cli-error.ts";
import type { Call, Command } from "../command.ts";
import type { RestClient } from "../rest-client.ts";
import { chatbotId } from "./chatbots.ts";

export const ask: Command = {
  name: "ask",
  operands: "CHATBOT [QUESTION]",
  summary: "Ask a chatbot; without a question, talk with it",
  options: {
    conversation: { value: "ID", description: "conversation to go on with" },
  },
  notes: "Without QUESTION, each line is a question of one conversation; an empty line or the end of the input ends it.",
  run: async (call) => {
    const [wanted = "", question] = call.operands;
    const rest = call.connection.rest();
    const id = await chatbotId(rest, wanted);
    if (question === undefined) return talk(call, rest, id);
    const { answer, conversationId } = await put(call, rest, {
      chatbotId: id,
      question,
      conversationId: call.text("conversation"),
    });
    return { json: { answer, conversationId }, text: "" };
  },
};

async function talk(call: Call, rest: RestClient, id: string) {
  if (call.json) throw usageError("QUESTION is missing: a talk cannot be answered in JSON");
  const { console, signal } = call;
  let conversationId = call.text("conversation");
  const prompt = () => console.isInteractive && console.out("\n> ");
  const lines = createInterface({ input: console.input, terminal: false });
  const stop = () => lines.close();
  signal.addEventListener("abort", stop, { once: true });
  try {
    prompt();
    for await (const line of lines) {
      const question = line.trim();
      if (question === "") break;
      ({ conversationId } = await put(call, rest, { chatbotId: id, question, conversationId }));
      prompt();
    }
  } finally {
    signal.removeEventListener("abort", stop);
    lines.close();
  }
  return { json: { conversationId }, text: "" };
}

/** Asks one question and writes the answer as it comes. */
async function put(
  { console, json, signal }: Call,
  rest: RestClient,
  { chatbotId, question, conversationId }: { chatbotId: string; question: string; conversationId: string | undefined },
) {
  const body = {
    chatbotId,
    messages: [{ role: "user", content: question }],
    stream: true,
    appendMessages: true,
    conversationId,
  };
  const { headers, pieces } = await rest.stream("/chat", body, { signal });
  let answer = "";
  try {
    for await (const piece of pieces) {
      answer += piece;
      if (!json) console.out(safe(piece));
    }
  } finally {
    if (!json && answer !== "") console.out("\n");
  }
  if (!json && answer === "") console.out("(The chatbot keeps silent: a human has the conversation.)\n");
  return { answer, conversationId: headers.get("x-conversation-id") ?? conversationId ?? "" };
}

/** An answer quotes what others wrote; but for line breaks and tabs it must not steer the terminal. */
function safe(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]/gu, "");
}
