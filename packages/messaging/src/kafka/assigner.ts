import { AssignerProtocol, type PartitionAssigner } from "kafkajs";

/**
 * Gives partition p of every topic to the same member: an event's topic and its retry topic have equally many partitions, and a key
 * must have one owner over both. kafkajs's own assigner counts over all topics and would part them.
 */
export const coPartitionAssigner: PartitionAssigner = ({ cluster }) => ({
  name: "parlance-co-partition",
  version: 1,
  async assign({ members, topics }) {
    const ids = members.map(({ memberId }) => memberId).sort();
    return ids.map((memberId, position) => {
      const assignment: Record<string, number[]> = {};
      for (const topic of topics) {
        const partitions = cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId);
        assignment[topic] = partitions.filter((partition) => partition % ids.length === position);
      }
      return { memberId, memberAssignment: AssignerProtocol.MemberAssignment.encode({ version: 1, assignment, userData }) };
    });
  },
  protocol: ({ topics }) => ({
    name: "parlance-co-partition",
    metadata: AssignerProtocol.MemberMetadata.encode({ version: 1, topics, userData }),
  }),
});

const userData = Buffer.alloc(0);
