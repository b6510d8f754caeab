import { freePorts } from "@parlance/engines";

/**
 * `PARLANCE_METRICS_PORT` of each of so many processes on one machine: the port that was asked for and those after it, free ones for 0. Nothing
 * where none was asked for, and what is no port is left for the processes to refuse.
 */
export async function metricsPorts(asked: string | undefined, count: number): Promise<readonly string[]> {
  if (asked === undefined || asked === "") return [];
  if (asked === "0") return (await freePorts(count)).map(String);
  const first = Number(asked);
  return Array.from({ length: count }, (_, index) => (Number.isInteger(first) ? String(first + index) : asked));
}
