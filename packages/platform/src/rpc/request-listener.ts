import { constants } from "node:http2";
import type { DescMethod } from "@bufbuild/protobuf";
import { Code, type ConnectRouter, type ContextValues, type HandlerContext, type Interceptor } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { deadlineInterceptor } from "./deadline-interceptor.ts";
import type { Routes } from "./implementations.ts";
import { reflectionRoutes } from "./reflection.ts";
import { refuseTimeout, settleTimeout } from "./timeout-header.ts";

/**
 * No RPC message may be larger, in either direction. The largest request that the gateway takes is 10 MiB of JSON, and what it becomes
 * can be larger where numbers are written out; a list of its sources is about as long (docs/adr/0011).
 */
export const maxMessageBytes = 32 * 1024 * 1024;

/** A call that has not ended this long after its deadline is cut off. */
const graceMs = 1_000;

export interface RequestListenerOptions {
  routes: Routes;
  reflection: boolean;
  interceptors: readonly Interceptor[];
  shutdownSignal: AbortSignal;
  /** Runs before anything of the message is read; throws to refuse the call. */
  admit: (context: HandlerContext) => void;
  /** What `admit` is to know of the connection that a request came over. */
  describe?: (request: Request) => ContextValues;
}

/** Listens to requests of HTTP/1 and HTTP/2 servers alike. */
export type RequestListener = ReturnType<typeof connectNodeAdapter>;
type Request = Parameters<RequestListener>[0];
type Response = Parameters<RequestListener>[1];

/** Serves the routes over gRPC, gRPC-Web and Connect. */
export function createRequestListener(options: RequestListenerOptions): RequestListener {
  const methods = new Map<string, DescMethod>();
  const routes = (router: ConnectRouter) => {
    options.routes(router);
    if (options.reflection) reflectionRoutes(new Set(router.handlers.map(({ service }) => service)))(router);
    for (const handler of router.handlers) methods.set(handler.requestPath, handler.method);
  };
  const serve = connectNodeAdapter({
    routes,
    interceptors: [...options.interceptors, deadlineInterceptor],
    shutdownSignal: options.shutdownSignal,
    readMaxBytes: maxMessageBytes,
    writeMaxBytes: maxMessageBytes,
    // Packing the passages of a search takes longer than sending them.
    compressMinBytes: maxMessageBytes,
    requestGate: (context) => {
      options.admit(context);
      refuseTimeout(context);
    },
    ...(options.describe !== undefined && { contextValues: options.describe }),
    fallback: answerUnknown,
  });
  return (request, response) => {
    const method = methods.get((request.url ?? "").split("?", 1)[0] ?? "");
    if (method !== undefined) cutOffAfter(settleTimeout(request.headers, method) + graceMs, request, response);
    response.once("close", () => releaseWriter(response));
    giveAuthority(request);
    serve(request, response);
  };
}

/**
 * The library makes an address of what the caller calls this server, and throws where nobody catches it when that is none: HTTP/1.0 names no
 * server, and Node's own HTTP/2 client writes IPv6 addresses without their brackets. Nothing depends on it.
 */
function giveAuthority(request: Request): void {
  const isHttp2 = "authority" in request;
  const authority = isHttp2 ? request.authority : (request.headers.host ?? "");
  if (!URL.canParse(`http://${authority}`)) request.headers[isHttp2 ? ":authority" : "host"] = "localhost";
}

/**
 * The library waits for `drain` before it writes on and asks the handler for more. A caller over HTTP/1.1 that left before it had read everything would
 * keep the handler waiting for ever; what is written next fails, and ends it.
 */
function releaseWriter(response: Response): void {
  if (!("stream" in response) && !response.writableFinished) response.emit("drain");
}

/** Frees what a caller holds that stops sending or reading, and what a handler holds that ignores its signal. */
function cutOffAfter(milliseconds: number, request: Request, response: Response): void {
  if (milliseconds === Number.POSITIVE_INFINITY) return;
  const timer = setTimeout(() => {
    if ("stream" in request) request.stream.close(constants.NGHTTP2_CANCEL);
    else request.socket.destroy();
  }, milliseconds);
  response.once("close", () => clearTimeout(timer));
}

/** connect answers 404, which gRPC clients take for UNIMPLEMENTED with a warning; this says it in their own protocol. */
function answerUnknown(request: Request, response: Response): void {
  const contentType = request.headers["content-type"] ?? "";
  if (contentType.startsWith("application/grpc")) {
    response.setHeader("content-type", contentType);
    response.setHeader("grpc-status", `${Code.Unimplemented}`);
    response.setHeader("grpc-message", "unknown method");
  } else {
    response.statusCode = 404;
  }
  response.end();
}
