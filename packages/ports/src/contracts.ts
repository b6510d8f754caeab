export { describeEmbedder } from "./embedder.contract.ts";
