import { request, type Agent, type IncomingMessage } from "node:http";

/** What a search asks the server for one question, in its order. */
export type Bodies = { method: string; path: string; type: string; body: Uint8Array }[];

/** Sends bodies straight to the server, one after the other, and reads the answers. */
export async function replay(bodies: Bodies, { hostname, port }: URL, agent: Agent): Promise<void> {
  for (const { method, path, type, body } of bodies) {
    const headers = { "content-type": type, accept: type, "content-length": body.length };
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      request({ host: hostname, port, method, path, headers, agent }, resolve).once("error", reject).end(body);
    });
    const text = await bytesOf(answer);
    if (answer.statusCode !== 200) throw new Error(`${path}: ${answer.statusCode} ${text.toString().slice(0, 300)}`);
    JSON.parse(text.toString());
  }
}

export async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
