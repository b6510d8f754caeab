export { describeEmbedder } from "./embedder.contract.ts";
export { describeEventBus, type EventBusFixture, type EventBusSuiteOptions } from "./event-bus.contract.ts";
