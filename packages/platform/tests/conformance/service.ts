import { create, createFileRegistry, type Message } from "@bufbuild/protobuf";
import type { GenMessage, GenService } from "@bufbuild/protobuf/codegenv2";
import {
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
  MethodOptions_IdempotencyLevel,
} from "@bufbuild/protobuf/wkt";

/** A service that exists for these tests only, with one method of each kind. It is described here, so nothing has to be generated. */
export type Request = Message<"parlance.conformance.v1.Request"> & {
  text: string;
  count: number;
  tags: string[];
  bytes: Uint8Array;
};
export type Reply = Message<"parlance.conformance.v1.Reply"> & { text: string; count: number; tags: string[]; bytes: Uint8Array };

type Method<Kind extends string> = { methodKind: Kind; input: GenMessage<Request>; output: GenMessage<Reply> };
export type ConformanceServiceType = GenService<{
  unary: Method<"unary">;
  read: Method<"unary">;
  serverStream: Method<"server_streaming">;
  clientStream: Method<"client_streaming">;
  bidi: Method<"bidi_streaming">;
  missing: Method<"unary">;
}>;

const name = "parlance.conformance.v1";
const { STRING, INT32, BYTES } = FieldDescriptorProto_Type;
const { OPTIONAL, REPEATED } = FieldDescriptorProto_Label;

const field = [
  { name: "text", jsonName: "text", number: 1, type: STRING, label: OPTIONAL },
  { name: "count", jsonName: "count", number: 2, type: INT32, label: OPTIONAL },
  { name: "tags", jsonName: "tags", number: 3, type: STRING, label: REPEATED },
  { name: "bytes", jsonName: "bytes", number: 4, type: BYTES, label: OPTIONAL },
];

const types = { inputType: `.${name}.Request`, outputType: `.${name}.Reply` };

const file = create(FileDescriptorProtoSchema, {
  name: "parlance/conformance/v1/conformance.proto",
  package: name,
  syntax: "proto3",
  messageType: [
    { name: "Request", field },
    { name: "Reply", field },
  ],
  service: [
    {
      name: "ConformanceService",
      method: [
        { name: "Unary", ...types },
        { name: "Read", ...types, options: { idempotencyLevel: MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS } },
        { name: "ServerStream", ...types, serverStreaming: true },
        { name: "ClientStream", ...types, clientStreaming: true },
        { name: "Bidi", ...types, clientStreaming: true, serverStreaming: true },
        { name: "Missing", ...types },
      ],
    },
  ],
});

const registry = createFileRegistry(file, () => undefined);

export const ConformanceService = registry.getService(`${name}.ConformanceService`) as ConformanceServiceType;
export const RequestSchema = registry.getMessage(`${name}.Request`) as GenMessage<Request>;
export const ReplySchema = registry.getMessage(`${name}.Reply`) as GenMessage<Reply>;
