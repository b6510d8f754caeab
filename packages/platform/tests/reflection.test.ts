import { create, createFileRegistry, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { Code, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { common, health, reflection, reflectionAlpha, services } from "@parlance/contracts";
import { expect, onTestFinished, test } from "vitest";
import { createHealth, listenRpc, Secret } from "../src/index.ts";
import { collect, failureOf } from "./conformance/helpers.ts";

async function serve({ token, reflection = true }: { token?: string; reflection?: boolean } = {}) {
  const { routes } = createHealth();
  const server = await listenRpc({
    host: "127.0.0.1",
    port: 0,
    routes: (router) => {
      routes(router);
      router.service(services.ingestion.schema, {});
    },
    reflection,
    token: token === undefined ? undefined : new Secret(token),
  });
  onTestFinished(() => server.close());
  return createGrpcTransport({ baseUrl: server.address.url });
}

async function* asks(...requests: reflection.ServerReflectionRequest["messageRequest"][]) {
  for (const messageRequest of requests) yield { messageRequest };
}

test.each([reflection.ServerReflection, reflectionAlpha.ServerReflection])(
  "$typeName: a client that knows nothing of ours learns the services, and calls one",
  async (schema) => {
    const transport = await serve();
    const { serverReflectionInfo } = createClient(schema, transport);
    const symbol = "grpc.health.v1.Health.Check";
    const [list, described] = await collect(
      serverReflectionInfo(asks({ case: "listServices", value: "*" }, { case: "fileContainingSymbol", value: symbol })),
    );
    expect(list?.messageResponse.value).toMatchObject({
      service: [
        { name: "grpc.health.v1.Health" },
        { name: "grpc.reflection.v1.ServerReflection" },
        { name: "grpc.reflection.v1alpha.ServerReflection" },
        { name: "parlance.ingestion.v1.IngestionService" },
      ],
    });
    const learned = registryOf(described).getService("grpc.health.v1.Health");
    // The types alone are ours; how the call is made comes from the server.
    const reply = await createClient(learned as typeof health.Health, transport).check({});
    expect(reply).toMatchObject({ status: health.HealthCheckResponse_ServingStatus.NOT_SERVING });
  },
);

test("a file comes with all that it imports", async () => {
  const { serverReflectionInfo } = createClient(reflection.ServerReflection, await serve());
  const { file } = services.ingestion.schema;
  const [byPath, bySymbol] = await collect(
    serverReflectionInfo(
      asks(
        { case: "fileByFilename", value: file.proto.name },
        { case: "fileContainingSymbol", value: "parlance.ingestion.v1.StartJobRequest" },
      ),
    ),
  );
  expect(bySymbol?.messageResponse).toEqual(byPath?.messageResponse);
  const registry = registryOf(byPath);
  const names = (types: Iterable<{ typeName: string }>) => Array.from(types, ({ typeName }) => typeName).toSorted();
  expect(names(registry)).toEqual(expect.arrayContaining(names([services.ingestion.schema, ...file.messages])));
});

test("what errors carry is described, though no method names it", async () => {
  const { serverReflectionInfo } = createClient(reflection.ServerReflection, await serve());
  const [described] = await collect(
    serverReflectionInfo(asks({ case: "fileContainingSymbol", value: common.ErrorInfoSchema.typeName })),
  );
  expect(registryOf(described).getMessage(common.ErrorInfoSchema.typeName)).toBeDefined();
});

test("what is not known is an error of its question, and the next one is answered", async () => {
  const { serverReflectionInfo } = createClient(reflection.ServerReflection, await serve());
  const unknown = collect(
    serverReflectionInfo(
      asks(
        { case: "fileContainingSymbol", value: "parlance.Nothing" },
        { case: "fileByFilename", value: "nothing.proto" },
        { case: "allExtensionNumbersOfType", value: "parlance.Nothing" },
        { case: "fileContainingExtension", value: create(reflection.ExtensionRequestSchema) },
        { case: undefined },
        { case: "allExtensionNumbersOfType", value: "grpc.health.v1.HealthCheckRequest" },
      ),
    ),
  );
  const codes = (await unknown).map(({ messageResponse: { case: kind, value } }) =>
    kind === "errorResponse" ? value.errorCode : kind,
  );
  const [notFound, invalid] = [Code.NotFound, Code.InvalidArgument];
  expect(codes).toEqual([notFound, notFound, notFound, notFound, invalid, "allExtensionNumbersResponse"]);
});

test("a caller without the credential learns nothing", async () => {
  const { serverReflectionInfo } = createClient(
    reflection.ServerReflection,
    await serve({ token: "a-token-of-this-installation" }),
  );
  const failure = await failureOf(collect(serverReflectionInfo(asks({ case: "listServices", value: "*" }))));
  expect(failure.code).toBe(Code.Unauthenticated);
});

test("a server that is not told to describe itself does not", async () => {
  const { serverReflectionInfo } = createClient(reflection.ServerReflection, await serve({ reflection: false }));
  const failure = await failureOf(collect(serverReflectionInfo(asks({ case: "listServices", value: "*" }))));
  expect(failure.code).toBe(Code.Unimplemented);
});

function registryOf(response: reflection.ServerReflectionResponse | undefined) {
  if (response?.messageResponse.case !== "fileDescriptorResponse") throw new Error("no file was answered");
  const files = response.messageResponse.value.fileDescriptorProto.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes));
  const [first] = files;
  if (first === undefined) throw new Error("no file was answered");
  return createFileRegistry(first, (path) => files.find(({ name }) => name === path));
}
