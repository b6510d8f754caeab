import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";

/** A span as a collector gets it. Ids are in hex, times in nanoseconds. */
export interface CollectedSpan {
  /** `service.name` of the process that sent it. */
  service: string;
  traceId: string;
  spanId: string;
  /** Empty for the first of a trace. */
  parentSpanId: string;
  name: string;
  kind: "internal" | "server" | "client" | "producer" | "consumer";
  attributes: Readonly<Record<string, string | number | boolean>>;
  failed: boolean;
  start: bigint;
  end: bigint;
}

type Value = Uint8Array | bigint;
type Message = ReadonlyMap<number, readonly Value[]>;

/** Reads the request by which OTLP carries spans (opentelemetry/proto/collector/trace/v1). The numbers are those of its fields. */
export function readSpans(request: Uint8Array): CollectedSpan[] {
  return messages(read(request), 1).flatMap((resourceSpans) => {
    const resource = messages(resourceSpans, 1)[0];
    const service = String((resource === undefined ? {} : attributesOf(resource, 1))["service.name"] ?? "");
    return messages(resourceSpans, 2)
      .flatMap((scopeSpans) => messages(scopeSpans, 2))
      .map((span) => toSpan(span, service));
  });
}

const kinds = ["internal", "internal", "server", "client", "producer", "consumer"] as const;

function toSpan(span: Message, service: string): CollectedSpan {
  const status = messages(span, 15)[0];
  return {
    service,
    traceId: hex(span, 1),
    spanId: hex(span, 2),
    parentSpanId: hex(span, 4),
    name: text(span, 5),
    kind: kinds[Number(number(span, 6))] ?? "internal",
    start: number(span, 7),
    end: number(span, 8),
    attributes: attributesOf(span, 9),
    failed: status !== undefined && number(status, 3) === 2n,
  };
}

function attributesOf(message: Message, field: number): Record<string, string | number | boolean> {
  return Object.fromEntries(
    messages(message, field).map((pair) => {
      const value = messages(pair, 2)[0] ?? new Map<number, Value[]>();
      if (value.has(1)) return [text(pair, 1), text(value, 1)];
      if (value.has(2)) return [text(pair, 1), number(value, 2) === 1n];
      if (value.has(3)) return [text(pair, 1), Number(number(value, 3))];
      throw new Error(`attribute ${text(pair, 1)} has a type that no span of ours has`);
    }),
  );
}

function read(bytes: Uint8Array): Message {
  const fields = new Map<number, Value[]>();
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    const values = fields.get(field) ?? [];
    fields.set(field, values);
    if (type === WireType.LengthDelimited) values.push(reader.bytes());
    else if (type === WireType.Varint) values.push(BigInt(reader.uint64()));
    else if (type === WireType.Bit64) values.push(BigInt(reader.fixed64()));
    else reader.skip(type, field);
  }
  return fields;
}

function messages(message: Message, field: number): Message[] {
  return (message.get(field) ?? []).filter((value) => value instanceof Uint8Array).map(read);
}

function text(message: Message, field: number): string {
  const [value] = message.get(field) ?? [];
  return value instanceof Uint8Array ? Buffer.from(value).toString() : "";
}

function hex(message: Message, field: number): string {
  const [value] = message.get(field) ?? [];
  return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : "";
}

function number(message: Message, field: number): bigint {
  const [value] = message.get(field) ?? [];
  return typeof value === "bigint" ? value : 0n;
}
