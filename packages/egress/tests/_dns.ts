import { createSocket } from "node:dgram";

/** Addresses of a name, asked anew for each query of one record type. */
export type Zone = Record<string, (type: "A" | "AAAA") => readonly string[]>;

export interface DnsServer {
  /** As `address:port`. */
  address: string;
  /** Every query, such as `A rebind.test`. */
  asked: string[];
  close(): Promise<void>;
}

/** A DNS server on a free port that answers from a table, with a TTL of 0; a name that is not in it does not exist. */
export async function startDns(zone: Zone): Promise<DnsServer> {
  const socket = createSocket("udp4");
  const asked: string[] = [];
  socket.on("message", (query, from) => {
    const { name, type, end } = readQuestion(query);
    asked.push(`${type} ${name}`);
    const addresses = zone[name]?.(type);
    const records = (addresses ?? []).map((address) => record(type, address));
    const header = Buffer.from([0x84, addresses === undefined ? 3 : 0, 0, 1, 0, records.length, 0, 0, 0, 0]);
    socket.send(Buffer.concat([query.subarray(0, 2), header, query.subarray(12, end), ...records]), from.port, from.address);
  });
  const listening = Promise.withResolvers<void>();
  socket.bind(0, "127.0.0.1", () => listening.resolve());
  await listening.promise;
  const closed = Promise.withResolvers<void>();
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked,
    close: () => {
      socket.close(() => closed.resolve());
      return closed.promise;
    },
  };
}

function readQuestion(query: Buffer): { name: string; type: "A" | "AAAA"; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query.readUInt8(at); length !== 0; length = query.readUInt8(at)) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join(".").toLowerCase(), type: query.readUInt16BE(at + 1) === 28 ? "AAAA" : "A", end: at + 5 };
}

function record(type: "A" | "AAAA", address: string): Buffer {
  const data = type === "A" ? Buffer.from(address.split(".").map(Number)) : wide(address);
  // A pointer to the question's name, type, class IN, TTL 0.
  const head = Buffer.from([0xc0, 12, 0, type === "A" ? 1 : 28, 0, 1, 0, 0, 0, 0, 0, data.length]);
  return Buffer.concat([head, data]);
}

function wide(address: string): Buffer {
  const [head = "", tail = ""] = address.split("::");
  const groups = (text: string) => (text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16)));
  const [before, after] = [groups(head), groups(tail)];
  const all = [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}
