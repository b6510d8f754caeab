export { openEmbeddedEventBus, type EmbeddedEventBusOptions } from "./embedded/event-bus.ts";
export type { MessagingLog } from "./log.ts";
export { startOutboxRelay, type OutboxRelay, type OutboxRelayOptions } from "./outbox-relay.ts";
