import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { DisconnectedError } from "./disconnect.ts";
import { createLargeBodies } from "./large-bodies.ts";

const response = () => new ServerResponse(new IncomingMessage(new Socket()));
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Work that ends when it is told to. */
function heldWork() {
  const begun: PromiseWithResolvers<void>[] = [];
  const work = () => {
    const end = Promise.withResolvers<void>();
    begun.push(end);
    return end.promise;
  };
  return { begun, work };
}

describe("large bodies", () => {
  it("are worked on a few at once, in their order, and small ones at any time", async () => {
    const bodies = createLargeBodies({ fromBytes: 100, atOnce: 2 });
    const { begun, work } = heldWork();
    const ends = [1, 2, 3].map(() => bodies.inTurn(100, response(), work));
    expect(await bodies.inTurn(99, response(), async () => "small")).toBe("small");
    await settled();
    expect(begun).toHaveLength(2);
    begun[0]?.reject(new Error("refused"));
    await expect(ends[0]).rejects.toThrow("refused");
    await settled();
    expect(begun).toHaveLength(3);
    for (const { resolve } of begun) resolve();
    await Promise.all(ends.slice(1));
  });

  it("lose their turn when the client leaves, and hold nobody up", async () => {
    const bodies = createLargeBodies({ fromBytes: 100, atOnce: 1 });
    const { begun, work } = heldWork();
    const first = bodies.inTurn(100, response(), work);
    const left = response();
    const second = bodies.inTurn(100, left, work);
    const third = bodies.inTurn(100, response(), work);
    left.emit("close");
    await expect(second).rejects.toBeInstanceOf(DisconnectedError);
    await settled();
    begun[0]?.resolve();
    await first;
    await settled();
    begun[1]?.resolve();
    await third;
    expect(begun).toHaveLength(2);
  });

  it("that take very long do not hold up others", async () => {
    const bodies = createLargeBodies({ fromBytes: 100, atOnce: 1, longestMs: 1 });
    const { begun, work } = heldWork();
    const first = bodies.inTurn(100, response(), work);
    await settled();
    expect(await bodies.inTurn(100, response(), async () => "next")).toBe("next");
    begun[0]?.resolve();
    await first;
    expect(await bodies.inTurn(100, response(), async () => "after")).toBe("after");
  });
});
