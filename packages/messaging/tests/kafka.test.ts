import { randomUUID } from "node:crypto";
import type { EventBus } from "@parlance/ports";
import { describeEventBus, type EventBusFixture } from "@parlance/ports/contracts";
import { describe } from "vitest";
import { openKafkaEventBus } from "../src/index.ts";

const brokers = process.env["PARLANCE_TEST_KAFKA_BROKERS"];
if (brokers === undefined) console.warn("EventBus on Kafka left out: PARLANCE_TEST_KAFKA_BROKERS names no brokers");

describe.skipIf(brokers === undefined)("with real brokers", () => {
  describeEventBus("kafka", () => openFixture((brokers ?? "").split(",")), { longHandlerMs: 9000, patienceMs: 30_000 });
});

async function openFixture(brokers: readonly string[]): Promise<EventBusFixture> {
  const opened: EventBus[] = [];
  const open = async () => {
    const bus = await openKafkaEventBus({ brokers, clientId: `suite-${randomUUID()}`, partitions: 3, sessionTimeoutMs: 6000 });
    opened.push(bus);
    return bus;
  };
  const closeAll = () => Promise.all(opened.splice(0).map((bus) => bus.close()));
  const fixture: EventBusFixture = {
    bus: await open(),
    replica: open,
    reopen: async () => {
      await closeAll();
      fixture.bus = await open();
    },
    close: async () => {
      await closeAll();
    },
  };
  return fixture;
}
