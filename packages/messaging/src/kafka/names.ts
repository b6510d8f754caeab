/** Names in Kafka. The dots of a topic and the words of a group are legal there. */

/** Kafka's consumer group: one per topic, so that consumers of a service may come and go topic by topic. */
export function consumerGroupId(group: string, topic: string): string {
  return `${group}.${topic}`;
}

/** Events of a topic that a group will try again, and those given back to it by a replay. As many partitions as the topic. */
export function retryTopic(group: string, topic: string): string {
  return `${topic}.${group}.retry`;
}

/** Events that a group has given up, of all its topics. One partition, so that they have an order. */
export function deadLetterTopic(group: string): string {
  return `${group}.dead-letters`;
}
