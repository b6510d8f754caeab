import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http2";
import { create, fromBinary, toBinary, type DescMethod, type Message } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  createContextValues,
  type Interceptor,
  type Transport,
  type UnaryRequest,
  type UnaryResponse,
} from "@connectrpc/connect";
import { createMethodUrl } from "@connectrpc/connect/protocol";
import { validateResponse, validateTrailer } from "@connectrpc/connect/protocol-grpc";
import type { Http2SessionManager } from "@connectrpc/connect-node";
import { Call } from "./call.ts";
import { timeoutOf } from "./deadline.ts";
import { intercept } from "./direct-side.ts";
import { exchange, frame, unframe } from "./grpc-exchange.ts";

export interface GrpcUnaryOptions {
  url: string;
  /** The connection, opened when it is needed. */
  session: Http2SessionManager;
  /** Around every call, outermost first. */
  interceptors: readonly Interceptor[];
}

/**
 * Unary calls over gRPC, as in https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md. The library's own take a call for a stream of one
 * message, at more than twice the CPU time of these; its connections and its reading of statuses serve here too.
 */
export function createGrpcUnary({ url, session, interceptors }: GrpcUnaryOptions): Transport["unary"] {
  /* oxlint-disable max-params -- connect's interface has six. */
  return async (method, signal, timeoutMs, header, input, contextValues) => {
    const limitMs = timeoutOf(method, timeoutMs);
    if (signal?.aborted === true) throw ConnectError.from(signal.reason, Code.Canceled);
    const call = new Call({ timeoutMs: limitMs, signal });
    const request: UnaryRequest = {
      stream: false,
      service: method.parent,
      method,
      requestMethod: "POST",
      url: createMethodUrl(url, method),
      header: new Headers(header),
      contextValues: contextValues ?? createContextValues(),
      signal: call.signal,
      message: create(method.input, input),
    };
    const run = intercept((atEnd) => send(session, atEnd as UnaryRequest, limitMs), interceptors);
    try {
      return (await call.race(run(request))) as UnaryResponse<typeof method.input, typeof method.output>;
    } catch (error) {
      throw ConnectError.from(error);
    } finally {
      call.end();
    }
  };
}

async function send(session: Http2SessionManager, request: UnaryRequest, timeoutMs: number): Promise<UnaryResponse> {
  const { method, service, signal } = request;
  const body = frame(toBinary(method.input, request.message));
  const stream = await session.request("POST", pathOf(method), headersOf(request.header, timeoutMs), {});
  const answer = await exchange(stream, body, signal);
  session.notifyResponseByteRead(stream);
  const header = toHeaders(answer.header);
  const trailer = toHeaders(answer.trailer);
  const { headerError } = validateResponse(Number(answer.header[":status"]), header);
  if (headerError !== undefined) throw headerError;
  validateTrailer(trailer, header);
  return { stream: false, service, method, header, trailer, message: decode(method, unframe(answer.parts)) };
}

function decode({ output }: DescMethod, bytes: Uint8Array): Message {
  try {
    return fromBinary(output, bytes);
  } catch (error) {
    throw new ConnectError("protocol error: the answer cannot be read", Code.Internal, undefined, undefined, error);
  }
}

function pathOf({ parent, name }: DescMethod): string {
  return `/${parent.typeName}/${name}`;
}

function headersOf(header: Headers, timeoutMs: number): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {};
  for (const [name, value] of header) headers[name] = value;
  headers["content-type"] = "application/grpc+proto";
  headers["grpc-timeout"] = `${timeoutMs}m`;
  headers["te"] = "trailers";
  return headers;
}

function toHeaders(received: IncomingHttpHeaders): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(received)) {
    if (value === undefined || name.startsWith(":")) continue;
    for (const one of Array.isArray(value) ? value : [value]) headers.append(name, one);
  }
  return headers;
}
