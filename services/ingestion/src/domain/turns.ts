/** Lets work on the same thing run one after another within this process, which spares it lost races; correctness does not rest on it. */
export function createTurns() {
  const last = new Map<string, Promise<void>>();
  return {
    /** Runs the work when all that was asked for before it under this key has ended, however it ended. */
    async take(key: string, work: () => Promise<void>): Promise<void> {
      const before = last.get(key) ?? Promise.resolve();
      const mine = before.then(work);
      const settled = mine.catch(() => undefined);
      last.set(key, settled);
      try {
        await mine;
      } finally {
        if (last.get(key) === settled) last.delete(key);
      }
    },
  };
}
