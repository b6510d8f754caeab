import { createInterface } from "node:readline/promises";
import { CliError, usageError } from "../cli-error.ts";
import type { Call, Command } from "../command.ts";
import type { RestClient } from "../rest-client.ts";
import { list, moment, printable, table } from "../table.ts";

/** What is shown of a chatbot; the API gives more. */
export interface Chatbot {
  chatbotId: string;
  chatbotName: string;
  model: string;
  baseModel: string;
  visibility: string;
  createdAt: number;
  lastTrainedAt: number | null;
  status: number;
  numberOfConversations: number;
}

export const chatbotCommands: readonly Command[] = [
  {
    name: "chatbots list",
    summary: "All chatbots of the key's user",
    run: async ({ connection }) => {
      const chatbots = await allChatbots(connection.rest());
      const rows = chatbots.map((chatbot) => [
        chatbot.chatbotId,
        chatbot.chatbotName,
        chatbot.status === 100 ? moment(chatbot.lastTrainedAt) : `training, ${chatbot.status} %`,
        String(chatbot.numberOfConversations),
      ]);
      return { json: chatbots, text: table(["ID", "NAME", "TRAINED", "CONVERSATIONS"], rows, "There are no chatbots.") };
    },
  },
  {
    name: "chatbots show",
    operands: "CHATBOT",
    summary: "One chatbot, by id or name",
    run: async ({ connection, operands: [wanted = ""] }) => {
      const rest = connection.rest();
      const { chatbot } = await rest.get<{ chatbot: Chatbot }>(`/get-chatbot/${await chatbotId(rest, wanted)}`);
      const text = list([
        ["Chatbot", chatbot.chatbotId],
        ["Name", chatbot.chatbotName],
        ["Model", `${chatbot.model}, ${chatbot.baseModel}`],
        ["Visibility", chatbot.visibility],
        ["Created", moment(chatbot.createdAt)],
        ["Trained", chatbot.status === 100 ? moment(chatbot.lastTrainedAt) : `training, ${chatbot.status} %`],
        ["Conversations", String(chatbot.numberOfConversations)],
      ]);
      return { json: chatbot, text };
    },
  },
  {
    name: "chatbots create",
    operands: "NAME",
    summary: "Create a chatbot; train gives it knowledge",
    options: {
      model: { value: "MODEL", description: "custom-data-upload (default), medical-chat-human, medical-chat-vet or custom-model" },
      backend: { value: "URL", description: "server that answers instead; needed for custom-model" },
    },
    run: async ({ connection, operands: [chatbotName = ""], text }) => {
      const body = { chatbotName, model: text("model"), customBackend: text("backend") };
      const created = await connection.rest().post<{ chatbotId: string }>("/create-chatbot", body);
      const next = `npm run parlance -- train ${created.chatbotId} FILE...`;
      return { json: { chatbotId: created.chatbotId }, text: `${created.chatbotId}\n\nGive it knowledge:  ${next}` };
    },
  },
  {
    name: "chatbots delete",
    operands: "CHATBOT",
    summary: "Delete a chatbot with its knowledge and conversations, for good",
    options: { yes: { description: "do not ask" } },
    run: async (call) => {
      const rest = call.connection.rest();
      const id = await chatbotId(rest, call.operands[0] ?? "");
      const { chatbot } = await rest.get<{ chatbot: Chatbot }>(`/get-chatbot/${id}`);
      const name = printable(chatbot.chatbotName);
      await confirm(call, `Delete "${name}" with its knowledge and ${chatbot.numberOfConversations} conversations for good?`);
      await rest.delete(`/delete-chatbot/${id}`);
      return { json: { chatbotId: id, deleted: true }, text: `"${name}" is deleted.` };
    },
  },
];

/** The id of the chatbot that is named by it, or by the whole of its name. */
export async function chatbotId(rest: RestClient, wanted: string): Promise<string> {
  if (/^[0-9a-f]{24}$/.test(wanted)) return wanted;
  const named = (await allChatbots(rest)).filter(({ chatbotName }) => chatbotName === wanted);
  const [only, second] = named;
  if (only === undefined) throw new CliError(`There is no chatbot ${wanted}: npm run parlance -- chatbots list shows them all`);
  if (second !== undefined) throw new CliError(`${named.length} chatbots are called ${wanted}: name one by its id`);
  return only.chatbotId;
}

async function allChatbots(rest: RestClient): Promise<Chatbot[]> {
  return (await rest.get<{ chatbots: Chatbot[] }>("/get-chatbots")).chatbots;
}

/** Goes on only when a person says yes, or `--yes` was given. @throws CliError */
export async function confirm({ flag, console, signal }: Call, question: string): Promise<void> {
  if (flag("yes")) return;
  if (!console.isInteractive) throw usageError("Nobody can be asked: add --yes to delete without a question");
  const terminal = createInterface({ input: console.input, output: process.stdout });
  try {
    const answer = await terminal.question(`${question} [y/N] `, { signal });
    if (!/^y(es)?$/i.test(answer.trim())) throw new CliError("Nothing was deleted");
  } finally {
    terminal.close();
  }
}
