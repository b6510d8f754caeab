import { randomUUID } from "node:crypto";
import { Engine } from "@parlance/engines";
import type { EventBus } from "@parlance/ports";
import { describeEventBus, type EventBusFixture } from "@parlance/ports/contracts";
import { Kafka, logLevel } from "kafkajs";
import { describe, expect, it } from "vitest";
import { openKafkaEventBus } from "../src/kafka/index.ts";
import { describeKafkaFaults } from "./kafka-faults.ts";
import { describeKafkaTopics } from "./kafka-topics.ts";

const brokers = process.env["PARLANCE_TEST_KAFKA_BROKERS"];
if (brokers === undefined) console.warn("EventBus on Kafka left out: PARLANCE_TEST_KAFKA_BROKERS names no brokers");

const mayKill = process.env["PARLANCE_TEST_ENGINES_KILL"] === "1";
if (!mayKill) console.warn("Kafka faults left out: PARLANCE_TEST_ENGINES_KILL does not allow them");

describe.skipIf(brokers === undefined)("with real brokers", () => {
  const addresses = (brokers ?? "").split(",");
  describeEventBus("kafka", () => openFixture(addresses, {}), { longHandlerMs: 9000, patienceMs: 30_000 });
  describeEventBus("kafka, every retry through the retry topic", () => openFixture(addresses, { parkAfterMs: 0 }), {
    patienceMs: 30_000,
  });

  describeKafkaTopics(addresses);

  it("makes no topic for a group whose dead letters are asked for", async () => {
    const fixture = await openFixture(addresses, {});
    const admin = new Kafka({ brokers: addresses, logLevel: logLevel.NOTHING }).admin();
    const group = `group-${randomUUID()}`;
    try {
      expect(await fixture.bus.deadLetters(group, 10)).toEqual([]);
      await admin.connect();
      expect((await admin.listTopics()).filter((topic) => topic.includes(group))).toEqual([]);
    } finally {
      await admin.disconnect();
      await fixture.close();
    }
  });

  // In this file, because no other test may use the broker meanwhile.
  describe.skipIf(!mayKill)("with a broker that may be killed", () => {
    const address = addresses[0] ?? "";
    describeKafkaFaults(address, new Engine("Kafka", Number(address.split(":").at(-1))));
  });
});

async function openFixture(brokers: readonly string[], options: { parkAfterMs?: number }): Promise<EventBusFixture> {
  const opened: EventBus[] = [];
  const open = async () => {
    const bus = await openKafkaEventBus({
      brokers,
      clientId: `suite-${randomUUID()}`,
      partitions: 3,
      sessionTimeoutMs: 6000,
      ...options,
    });
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
