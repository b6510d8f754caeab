import type { deadLetters as proto } from "@parlance/contracts";
import { usageError } from "../cli-error.ts";
import type { Call, Command } from "../command.ts";
import { moment, table } from "../table.ts";
import { millis } from "./users.ts";

/** Reading a cluster's takes some seconds for each topic. */
const timeoutMs = 120_000;

const which = {
  service: { value: "SERVICE", description: "only what this service has given up" },
  topic: { value: "TOPIC", description: "only events of this topic" },
};

export const deadLetterCommands: readonly Command[] = [
  {
    name: "dead-letters list",
    summary: "Events that were given up because handling them failed again and again",
    options: which,
    run: async (call) => {
      const { deadLetters } = await call.connection.deadLetters().listDeadLetters(wanted(call), options(call));
      const rows = deadLetters.map(({ eventId, service, topic, userId, attempts, parkTime, reason }) => [
        eventId,
        service,
        topic,
        userId,
        String(attempts),
        moment(millis(parkTime)),
        reason,
      ]);
      const headings = ["EVENT", "SERVICE", "TOPIC", "USER", "ATTEMPTS", "GIVEN UP", "BECAUSE"];
      return { json: deadLetters.map(toJson), text: table(headings, rows, "There are no dead letters.") };
    },
  },
  {
    name: "dead-letters replay",
    operands: "[EVENT...]",
    summary: "Have events that were given up handled again",
    options: { ...which, all: { description: "all that dead-letters list shows" } },
    notes: "Repeating it is harmless: an event that is handled twice has its effect once.",
    run: async (call) => {
      const eventIds = [...new Set(call.operands)];
      if ((eventIds.length === 0) === !call.flag("all")) throw usageError("Name the events to replay, or say --all");
      const { deadLetters } = await call.connection.deadLetters().replayDeadLetters({ ...wanted(call), eventIds }, options(call));
      const missing = eventIds.filter((id) => !deadLetters.some(({ eventId }) => eventId === id));
      const text = [
        ...missing.map((id) => `${id} is no dead letter, or none any more.`),
        deadLetters.length === 1 ? "1 event is delivered again." : `${deadLetters.length} events are delivered again.`,
      ].join("\n");
      return { json: { replayed: deadLetters.map(toJson), missing }, text, failed: missing.length > 0 };
    },
  },
];

function wanted({ text }: Call) {
  return { service: text("service") ?? "", topic: text("topic") ?? "" };
}

function options({ signal }: Call) {
  return { timeoutMs, signal };
}

function toJson({ eventId, service, topic, userId, attempts, reason, parkTime }: proto.DeadLetter) {
  return { eventId, service, topic, userId, attempts, reason, parkedAt: millis(parkTime) };
}
