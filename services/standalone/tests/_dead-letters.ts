import { createClient } from "@connectrpc/connect";
import { deadLetters } from "@parlance/contracts";
import { consumer, createRpcTransport, defineService, makeEvent } from "@parlance/platform";
import { asTenant } from "@parlance/ports";
import { startTestProcess, until } from "@parlance/testkit";
import { describe, expect, it } from "vitest";

const topic = "conversation.turn.recorded.v1";
const tenant = asTenant("user-of-dead-letters");

/** What an operator can do about events that were given up, over the RPC port of any process. */
export function describeDeadLetters(name: string, env: () => Readonly<Record<string, string>>): void {
  describe(`dead letters ${name}`, () => {
    it("are told of without what they hold, and handled again when they are replayed, however often that is asked for", async () => {
      const failing = new Set<string>();
      const handled: string[] = [];
      await using parlance = await startTestProcess([serviceThat(failing, handled)], { env: env() });
      const { rpcAddress, rpcToken, ports } = parlance.running;
      const transport = createRpcTransport({ url: rpcAddress, token: rpcToken });
      const client = createClient(deadLetters.DeadLetterService, transport);
      const list = async (wanted = {}) => (await client.listDeadLetters({ topic, ...wanted })).deadLetters.filter(isOurs);

      const events = ["one", "two", "three"].map((conversationId) =>
        makeEvent(topic, { identity: { tenant }, key: conversationId, time: 1, payload: { conversationId } }),
      );
      const [first, second, third] = events.map(({ eventId }) => eventId);
      for (const eventId of [first, second]) failing.add(eventId ?? "");
      await ports.events.publish(events);
      const found = await until("two events are given up", async () => {
        const letters = await list();
        return letters.length === 2 ? letters : undefined;
      });
      expect(new Set(found.map(({ eventId }) => eventId))).toEqual(new Set([first, second]));
      expect(found[0]).toMatchObject({ service: "account", topic, userId: tenant, attempts: 2, reason: "the disk is on fire" });
      expect(JSON.stringify(found, (_, value: unknown) => (typeof value === "bigint" ? Number(value) : value))).not.toMatch(
        /"(?:one|two|three)"/,
      );
      expect(await list({ service: "chat" })).toEqual([]);

      failing.clear();
      const replayed = await client.replayDeadLetters({ eventIds: [first ?? "", "unknown"] });
      expect(replayed.deadLetters.map(({ eventId }) => eventId)).toEqual([first]);
      await until("the first is handled", () => handled.includes(first ?? ""));
      expect((await client.replayDeadLetters({ eventIds: [first ?? ""] })).deadLetters).toEqual([]);
      expect((await list()).map(({ eventId }) => eventId)).toEqual([second]);

      await client.replayDeadLetters({ topic });
      await until("the second is handled", () => handled.includes(second ?? ""));
      expect(await list()).toEqual([]);
      expect(handled).toHaveLength(3);
      expect(new Set(handled)).toEqual(new Set([first, second, third]));
      await expect(client.listDeadLetters({ service: "chats" })).rejects.toThrow(
        /There is no service chats; there are account, chat/,
      );
      transport.close();
    });
  });
}

function isOurs({ userId }: deadLetters.DeadLetter): boolean {
  return userId === tenant;
}

/** A service that fails on some events, and remembers what it has handled. */
function serviceThat(failing: ReadonlySet<string>, handled: string[]) {
  return defineService({
    name: "account",
    config: {},
    needs: [],
    ports: ["events"],
    create: () => ({
      consumers: [
        consumer(
          topic,
          async (_payload, event) => {
            if (event.tenant !== tenant) return;
            if (failing.has(event.eventId)) throw new Error("the disk is on fire");
            handled.push(event.eventId);
          },
          { retry: { maxAttempts: 2, firstDelayMs: 5 } },
        ),
      ],
    }),
  });
}
