/** What a series of operations came to; the CPU time is that of this process. */
export interface Series {
  rate: number;
  cpuMicros: number;
}

/** Does so many operations, some of them at once; each is given its number. */
export async function workAtOnce(
  { operations, atOnce }: { operations: number; atOnce: number },
  work: (number: number) => Promise<unknown>,
): Promise<Series> {
  const cpu = process.cpuUsage();
  const began = performance.now();
  let next = 0;
  const loop = async () => {
    while (next < operations) await work(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, loop));
  const seconds = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return { rate: operations / seconds, cpuMicros: (user + system) / operations };
}
