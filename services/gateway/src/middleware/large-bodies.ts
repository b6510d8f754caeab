import { createPlaces } from "@parlance/platform";
import type { ServerResponse } from "node:http";
import { DisconnectedError } from "./disconnect.ts";

export interface LargeBodies {
  /** Does the work that a body of so many bytes asks for, when it is its turn. @throws DisconnectedError when the client leaves before. */
  inTurn<T>(bytes: number, res: ServerResponse, work: () => Promise<T>): Promise<T>;
}

export interface LargeBodiesOptions {
  /** Bodies from this size on wait for a turn. Default 1 MiB. */
  fromBytes?: number;
  /** How many are worked on at once. Default 4. */
  atOnce?: number;
  /** One that takes longer, such as a long answer, does not hold up others any more. Default 30 s. */
  longestMs?: number;
}

/** Bounds the memory that parsing and passing on takes: a body of 10 MiB takes some 40 MiB on its way, of which only 10 while it waits. */
export function createLargeBodies(options: LargeBodiesOptions = {}): LargeBodies {
  const { fromBytes = 1024 * 1024, atOnce = 4, longestMs = 30_000 } = options;
  const places = createPlaces(atOnce);
  return {
    async inTurn(bytes, res, work) {
      if (bytes < fromBytes) return work();
      const gone = new AbortController();
      const onClose = () => gone.abort(new DisconnectedError("the client left"));
      res.once("close", onClose);
      const place = await places.take(gone.signal).finally(() => res.off("close", onClose));
      let isHeld = true;
      const free = () => {
        if (isHeld) place.free();
        isHeld = false;
      };
      const timer = setTimeout(free, longestMs);
      try {
        return await work();
      } finally {
        clearTimeout(timer);
        free();
      }
    },
  };
}
