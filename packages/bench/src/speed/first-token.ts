import type { Agent } from "node:http";
import { send } from "./rest-client.ts";

export interface StreamTarget {
  url: string;
  headers?: Readonly<Record<string, string>>;
  body: object;
  /** True of the first bytes that hold text of the answer. */
  hasText: (bytes: string) => boolean;
}

/** Milliseconds from sending a request to the first text of its streamed answer; the rest is read to its end. */
export async function timeToFirstToken({ url, headers = {}, body, hasText }: StreamTarget, agent: Agent): Promise<number> {
  const began = performance.now();
  const response = await send(url, { agent, method: "POST", headers }, body);
  let first: number | undefined;
  let text = "";
  for await (const bytes of response) {
    text += String(bytes);
    if (first === undefined && hasText(text)) first = performance.now() - began;
  }
  if (response.statusCode !== 200 || first === undefined) throw new Error(`no answer from ${url}: ${response.statusCode} ${text}`);
  return first;
}

/** The same over several streams that are open at the same time; each asks so many times, one after the other, with a pause between. */
export async function timesToFirstToken(
  target: StreamTarget,
  { streams, each, pauseMs, agent }: { streams: number; each: number; pauseMs: number; agent: Agent },
): Promise<number[]> {
  const loops = Array.from({ length: streams }, async () => {
    const times: number[] = [];
    for (let index = 0; index < each; index++) {
      times.push(await timeToFirstToken(target, agent));
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    return times;
  });
  return (await Promise.all(loops)).flat();
}
