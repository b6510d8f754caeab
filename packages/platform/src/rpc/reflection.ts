import { create, toBinary, type DescFile, type DescService } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { common, reflection, reflectionAlpha } from "@parlance/contracts";
import type { Routes } from "./implementations.ts";

type Request = reflection.ServerReflectionRequest;
type Response = reflection.ServerReflectionResponse["messageResponse"];

/** Registers grpc.reflection for these services, so that tools learn their methods and messages from the server (gRPC's server reflection protocol). */
export function reflectionRoutes(services: Iterable<DescService>): Routes {
  const described = describeServices([...services, reflection.ServerReflection, reflectionAlpha.ServerReflection]);
  async function* serverReflectionInfo(requests: AsyncIterable<Request>) {
    for await (const originalRequest of requests) {
      const messageResponse = answer(described, originalRequest.messageRequest);
      yield { validHost: originalRequest.host, originalRequest, messageResponse };
    }
  }
  return (router) => {
    router.service(reflection.ServerReflection, { serverReflectionInfo });
    router.service(reflectionAlpha.ServerReflection, { serverReflectionInfo });
  };
}

interface Described {
  services: readonly string[];
  byPath: ReadonlyMap<string, DescFile>;
  /** Services, methods, messages and enums by their full names. */
  bySymbol: ReadonlyMap<string, DescFile>;
}

function describeServices(services: readonly DescService[]): Described {
  // No method names what errors carry as details.
  const files = [...services, common.ErrorInfoSchema].flatMap(({ file }) => [...withImports(file)]);
  const bySymbol = new Map<string, DescFile>();
  for (const file of new Set(files)) {
    for (const type of nestedTypes(file)) {
      bySymbol.set(type.typeName, file);
      if (type.kind === "service") for (const method of type.methods) bySymbol.set(`${type.typeName}.${method.name}`, file);
    }
  }
  return {
    services: services.map(({ typeName }) => typeName).toSorted(),
    byPath: new Map(files.map((file) => [file.proto.name, file])),
    bySymbol,
  };
}

/** The file first, then all that it imports, and what they import, once each. */
function withImports(file: DescFile, seen = new Set<DescFile>()): Set<DescFile> {
  seen.add(file);
  for (const imported of file.dependencies) if (!seen.has(imported)) withImports(imported, seen);
  return seen;
}

function answer({ services, byPath, bySymbol }: Described, asked: Request["messageRequest"]): Response {
  if (asked.case === "listServices") {
    const value = create(reflection.ListServiceResponseSchema, { service: services.map((name) => ({ name })) });
    return { case: "listServicesResponse", value };
  }
  if (asked.case === "fileByFilename") return fileResponse(byPath.get(asked.value));
  if (asked.case === "fileContainingSymbol") return fileResponse(bySymbol.get(asked.value));
  if (asked.case === undefined) return errorResponse(Code.InvalidArgument, "the request asks for nothing");
  if (asked.case === "allExtensionNumbersOfType" && bySymbol.has(asked.value)) {
    const value = create(reflection.ExtensionNumberResponseSchema, { baseTypeName: asked.value });
    return { case: "allExtensionNumbersResponse", value };
  }
  // No file of ours extends a message.
  return errorResponse(Code.NotFound, "unknown extension or message");
}

function fileResponse(file: DescFile | undefined): Response {
  if (file === undefined) return errorResponse(Code.NotFound, "unknown file or symbol");
  const fileDescriptorProto = Array.from(withImports(file), ({ proto }) => toBinary(FileDescriptorProtoSchema, proto));
  return { case: "fileDescriptorResponse", value: create(reflection.FileDescriptorResponseSchema, { fileDescriptorProto }) };
}

function errorResponse(errorCode: Code, errorMessage: string): Response {
  return { case: "errorResponse", value: create(reflection.ErrorResponseSchema, { errorCode, errorMessage }) };
}
