import { operations } from "@parlance/contracts";
import type { Finding, Routes } from "@parlance/platform";
import type { BackUpResult } from "./back-up.ts";

/** What can be done with the stores of a process as a whole. */
export interface Operations {
  /** @see backUp */
  backUp(
    folder: string,
    options?: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void },
  ): Promise<BackUpResult>;
  /** @see examine */
  examine(options: { repair: boolean }): AsyncIterable<Finding>;
}

export function operationsRoutes(operate: Operations): Routes {
  return (router) =>
    router.service(operations.OperationsService, {
      async *backUp({ folder }, { signal }) {
        let told = Promise.withResolvers<void>();
        let progress = { done: 0, total: 0 };
        const onProgress = (done: number, total: number) => {
          progress = { done, total };
          told.resolve();
        };
        const running = operate.backUp(folder, { signal, onProgress });
        const ended = running.then(
          () => true,
          () => true,
        );
        while (!(await Promise.race([ended, told.promise.then(() => false)]))) {
          told = Promise.withResolvers<void>();
          yield progress;
        }
        const { files, bytes } = await running;
        yield { done: progress.total, total: progress.total, files: BigInt(files), bytes: BigInt(bytes) };
      },
      async *examine({ repair }) {
        for await (const finding of operate.examine({ repair })) yield { finding };
      },
    });
}
