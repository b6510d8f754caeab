import type { ServiceImpl } from "@connectrpc/connect";
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

/** Stores on servers are copied by the servers' own means: then `backUp` is not offered. */
export function operationsRoutes(operate: Operations, { backsUp }: { backsUp: boolean }): Routes {
  return (router) =>
    router.service(operations.OperationsService, {
      ...(backsUp && backUpRoute(operate)),
      async *examine({ repair }) {
        for await (const finding of operate.examine({ repair })) yield { finding };
      },
    });
}

function backUpRoute(operate: Operations): Pick<ServiceImpl<typeof operations.OperationsService>, "backUp"> {
  return {
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
  };
}
