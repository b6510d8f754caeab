import { toBinary, type DescMessage, type Message } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { maxMessageBytes } from "./request-listener.ts";

/**
 * Refuses what the network would refuse, to the byte. A look at the message shows that it cannot be too large; only one that could be is written
 * out to be measured.
 * @throws ConnectError RESOURCE_EXHAUSTED
 */
export function refuseTooLarge(schema: DescMessage, message: Message): void {
  if (roomLeft(maxMessageBytes, message) >= 0) return;
  const { byteLength } = toBinary(schema, message);
  if (byteLength <= maxMessageBytes) return;
  throw new ConnectError(
    `message size ${byteLength} is larger than configured writeMaxBytes ${maxMessageBytes}`,
    Code.ResourceExhausted,
  );
}

/** Never less than what a value takes beside its text or bytes: number and length of its field, and the number itself, thrice for a value within JSON. */
const mostPerValue = 64;

/** A UTF-16 unit becomes at most this many bytes of UTF-8. */
const mostPerUnit = 3;

/** What is left of the room when a value has taken the most that it can take when it is written out; negative once there is none. */
function roomLeft(room: number, value: unknown): number {
  let left = room - mostPerValue;
  if (typeof value === "string") return left - value.length * mostPerUnit;
  if (typeof value !== "object" || value === null) return left;
  if (ArrayBuffer.isView(value)) return left - value.byteLength;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length && left >= 0; index++) left = roomLeft(left, value[index]);
    return left;
  }
  // Names of fields are not written out, keys of maps are. What a loop over all properties meets beside the message's own is counted too much.
  for (const key in value) {
    if (left < 0) break;
    left = roomLeft(left - key.length * mostPerUnit, (value as Record<string, unknown>)[key]);
  }
  return left;
}
