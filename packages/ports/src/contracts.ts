export { describeBlobStore, type BlobStorePlace } from "./blob-store.contract.ts";
export { describeDocumentStore, type DocumentStorePlace } from "./document-store.contract.ts";
export { describeEmbedder } from "./embedder.contract.ts";
export { describeEventBus, type EventBusFixture, type EventBusSuiteOptions } from "./event-bus.contract.ts";
export { describeRateWindows, type RateWindowsPlace } from "./rate-windows.contract.ts";
export { describeSearchIndex } from "./search-index.contract.ts";
export { payloadOf } from "./search-index.contract-kit.ts";
