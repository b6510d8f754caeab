import type { Admin } from "kafkajs";
import type { Position, Positions } from "./partition-feed.ts";

/**
 * Where a group stands in a topic and its retry topic, by partition. The committed offsets are read before the ends: what a former
 * owner wrote to the retry topic before it committed is then below the end.
 */
export async function readPositions(
  admin: Admin,
  at: { groupId: string; topic: string; retryTopic: string },
): Promise<Map<number, Positions>> {
  const committed = await admin.fetchOffsets({ groupId: at.groupId, topics: [at.topic, at.retryTopic] });
  const main = await ofTopic(admin, at.topic, committed);
  const retry = await ofTopic(admin, at.retryTopic, committed);
  const positions = new Map<number, Positions>();
  for (const [partition, position] of main) {
    const other = retry.get(partition);
    if (other !== undefined) positions.set(partition, { main: position, retry: other });
  }
  return positions;
}

type Committed = Awaited<ReturnType<Admin["fetchOffsets"]>>;

async function ofTopic(admin: Admin, topic: string, committed: Committed): Promise<Map<number, Position>> {
  const known = new Map(committed.find((entry) => entry.topic === topic)?.partitions.map((entry) => [entry.partition, entry]));
  const offsets = await admin.fetchTopicOffsets(topic);
  return new Map(
    offsets.map(({ partition, low, high }) => {
      const { offset = "-1", metadata = null } = known.get(partition) ?? {};
      const [oldest, end, own] = [Number(low), Number(high), Number(offset)];
      // Nothing committed, or committed in a log that is gone: begin with the oldest event still kept.
      const usable = own >= oldest && own <= end;
      return [partition, { offset: usable ? own : oldest, metadata: usable ? metadata : null, end }];
    }),
  );
}
