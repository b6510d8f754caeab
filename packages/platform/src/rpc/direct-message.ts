import { create, toBinary, type DescMessage, type MessageInitShape, type MessageShape } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";

/** Makes of what one side gave a message with all its defaults, as the other side gets to see it. */
export type Cross = <Desc extends DescMessage>(schema: Desc, message: MessageInitShape<Desc>) => MessageShape<Desc>;

/** Both sides share the message afterwards, so neither may change it. Frozen, a change throws where it is made. */
export function crossing(options: { freeze: boolean }): Cross {
  if (!options.freeze) return (schema, message) => create(schema, message);
  return (schema, message) => deepFreeze(create(schema, message));
}

/** The error as it arrives from a network: code, message, metadata and encoded details; the cause stays where it was thrown. */
export function crossError(error: unknown, reply: { header: Headers; trailer: Headers }): ConnectError {
  const thrown = error instanceof ConnectError ? error : new ConnectError("internal error", Code.Internal);
  const crossed = new ConnectError(thrown.rawMessage, thrown.code);
  appendAll(reply.header, crossed.metadata);
  appendAll(reply.trailer, crossed.metadata);
  // The metadata of an upstream's error is about another connection.
  if (!thrown.isWireError) appendAll(thrown.metadata, crossed.metadata);
  crossed.details = thrown.details.map((detail) =>
    "desc" in detail ? { type: detail.desc.typeName, value: toBinary(detail.desc, create(detail.desc, detail.value)) } : detail,
  );
  crossed.isWireError = true;
  return crossed;
}

function appendAll(from: Headers, to: Headers): void {
  from.forEach((value, name) => to.append(name, value));
}

function deepFreeze<T>(value: T): T {
  // Bytes cannot be frozen.
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) deepFreeze(part);
  return value;
}
