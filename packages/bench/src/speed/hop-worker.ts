import { retrieval } from "@parlance/contracts";
import { listenRpc } from "@parlance/platform";
import { serve } from "./child.ts";

const text = "Parcels to the islands take three days and cost five euros. ".repeat(12);
const hits = Array.from({ length: 5 }, (_, place) => ({
  chunkId: `chunk-${place}`,
  documentId: "document",
  revision: "1",
  sourceName: "handbook",
  sourceType: "text",
  title: "Parcels",
  text,
  language: "en",
  cosine: 0.5,
  score: 0.5,
  termShare: 0.5,
}));

/** A server whose only answer is ready. */
const server = await listenRpc({
  host: "127.0.0.1",
  port: 0,
  routes: (router) => {
    router.service(retrieval.RetrievalService, { search: () => ({ hits }) });
  },
});
serve({ url: server.address.url }, {});
