import { Code } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";
import { maxMessageBytes } from "../../src/index.ts";
import { collect, failureOf } from "./helpers.ts";
import { connectTo, transportCases } from "./transports.ts";

/** As long as a message of one field can be: a byte for the field's number and four for its length stand before it. */
const longest = maxMessageBytes - 5;

describe.each(transportCases.filter(({ ours }) => ours))("the size of messages over $name", (transportCase) => {
  const open = (seen: number[] = []) =>
    connectTo(transportCase, {
      unary: ({ bytes }) => ({ count: seen.push(bytes.length) }),
      read: ({ count }) => ({ bytes: new Uint8Array(count) }),
      async *serverStream({ count }) {
        yield { text: "first" };
        yield { bytes: new Uint8Array(count) };
      },
    });

  test("may be 32 MiB in either direction, and not a byte more", async () => {
    const seen: number[] = [];
    await using connection = await open(seen);
    const { client } = connection;
    const patience = { timeoutMs: 30_000 };
    await client.unary({ bytes: new Uint8Array(longest) }, patience);
    expect((await failureOf(client.unary({ bytes: new Uint8Array(longest + 1) }, patience))).code).toBe(Code.ResourceExhausted);
    expect(seen).toEqual([longest]);
    expect((await client.read({ count: longest }, patience)).bytes).toHaveLength(longest);
    const failure = await failureOf(client.read({ count: longest + 1 }, patience));
    expect(failure.code).toBe(Code.ResourceExhausted);
    expect(failure.rawMessage).toBe(
      `message size ${maxMessageBytes + 1} is larger than configured writeMaxBytes ${maxMessageBytes}`,
    );
  });

  test("is that of the text as UTF-8", async () => {
    const seen: number[] = [];
    await using connection = await open(seen);
    const units = Math.floor(longest / 3);
    await connection.client.unary({ text: "€".repeat(units) }, { timeoutMs: 30_000 });
    const failure = failureOf(connection.client.unary({ text: "€".repeat(units + 2) }, { timeoutMs: 30_000 }));
    expect((await failure).code).toBe(Code.ResourceExhausted);
    expect(seen).toEqual([0]);
  });

  test("ends a stream at the message that is too large, after those before it", async () => {
    await using connection = await open();
    const texts: string[] = [];
    const failure = failureOf(
      (async () => {
        for await (const { text } of connection.client.serverStream({ count: longest + 1 })) texts.push(text);
      })(),
    );
    expect((await failure).code).toBe(Code.ResourceExhausted);
    expect(texts).toEqual(["first"]);
    expect(await collect(connection.client.serverStream({ count: 10 }))).toHaveLength(2);
  });
});
