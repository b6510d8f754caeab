import { Agent } from "node:http";
import { retrieval } from "@parlance/contracts";
import { listenRpc } from "@parlance/platform";
import { MongoClient } from "mongodb";
import { serve, startInput } from "./child.ts";
import { inventPayload } from "./retrieval.ts";
import { replay, type Bodies } from "./replay.ts";

/**
 * The least that a service of these parts may do for a search: one document read by the driver, the same bodies sent by node:http, and an answer
 * of five passages that is ready. It embeds nothing, scores nothing and knows the bodies beforehand.
 */
const { mongodb, elasticsearch } = startInput() as { mongodb: string; elasticsearch: string };
const documents = await MongoClient.connect(mongodb);
const generations = documents.db("least").collection<{ _id: string }>("generations");
await generations.insertOne({ _id: "chatbot" });
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const known = new Map<string, Bodies>();
const hits = Array.from({ length: 5 }, (_, place) => ({
  ...inventPayload("Parcels to the islands take three days. ".repeat(16), place),
  chunkId: `chunk-${place}`,
  documentId: "document",
}));

const rpc = await listenRpc({
  host: "127.0.0.1",
  port: 0,
  routes: (router) => {
    router.service(retrieval.RetrievalService, {
      search: async ({ query }) => {
        await generations.findOne({ _id: "chatbot" });
        await replay(known.get(query) ?? [], new URL(elasticsearch), agent);
        return { hits };
      },
    });
  },
});
serve(
  { rpcAddress: rpc.address.url },
  {
    know: ({ questions, bodies }: { questions: string[]; bodies: Bodies[] }) => {
      for (const [index, question] of questions.entries()) known.set(question, bodies[index] ?? []);
    },
  },
);
