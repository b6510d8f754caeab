export { openKafkaEventBus, type KafkaEventBusOptions } from "./event-bus.ts";
