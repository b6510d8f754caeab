import { Kafka, logLevel, type KafkaConfig, type RetryOptions } from "kafkajs";
import { errorText, type MessagingLog } from "../log.ts";

export interface KafkaConnection {
  /** `host:port` of some brokers; the others are learnt from them. */
  brokers: readonly string[];
  /** Shown by the brokers' tools; the process's name. */
  clientId: string;
  ssl?: KafkaConfig["ssl"];
  sasl?: KafkaConfig["sasl"];
  log: MessagingLog;
}

/**
 * Every figure is ours, because kafkajs's own leave a hung broker unanswered for two minutes and change with NODE_ENV. A call
 * fails for good within about ten seconds; who wants more tries again with a new client.
 */
export const retry: RetryOptions = {
  retries: 3,
  initialRetryTime: 200,
  maxRetryTime: 1000,
  // A restart by kafkajs itself can outlive a disconnect and consume on as a zombie: group-consumer.ts makes a new consumer instead.
  restartOnFailure: async () => false,
};

export function connectKafka({ brokers, clientId, ssl, sasl, log }: KafkaConnection): Kafka {
  return new Kafka({
    brokers: [...brokers],
    clientId,
    ...(ssl === undefined ? {} : { ssl }),
    ...(sasl === undefined ? {} : { sasl }),
    connectionTimeout: 3000,
    authenticationTimeout: 3000,
    requestTimeout: 5000,
    enforceRequestTimeout: true,
    retry,
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => {
      const { message, error } = entry.log;
      const fields = { client: entry.namespace, ...(error === undefined ? {} : { reason: errorText(error) }) };
      // kafkajs calls every hiccup that it mends itself an error, and what it cannot mend reaches us as an exception.
      if (!knownRemarks.test(message)) log.info(fields, `kafka: ${message}`);
    },
  });
}

/**
 * It advises against limiting the retries of an idempotent producer; sender.ts says what is done instead. And it tells of every response
 * that is not a success, of which each rebalance has dozens.
 */
const knownRemarks = /^(?:Limiting retries for the idempotent producer|Response [A-Z])/;
