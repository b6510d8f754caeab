import type { DescMethod, Message } from "@bufbuild/protobuf";
import type { ContextValues, HandlerContext, StreamRequest, UnaryRequest, UnaryResponse } from "@connectrpc/connect";
import type { Call } from "./call.ts";
import { headerOf } from "./direct-request.ts";

/** Headers and trailers of an answer. Made when somebody looks: most handlers set none. */
export class Reply {
  #header: Headers | undefined;
  #trailer: Headers | undefined;

  get header(): Headers {
    return (this.#header ??= new Headers());
  }

  get trailer(): Headers {
    return (this.#trailer ??= new Headers());
  }
}

/** What a handler is told of its call, and where it puts headers and trailers of its answer. */
export class DirectContext implements HandlerContext {
  readonly protocolName = "direct";
  readonly #request: UnaryRequest | StreamRequest;
  readonly #call: Call;
  readonly #reply: Reply;

  constructor(request: UnaryRequest | StreamRequest, call: Call, reply: Reply) {
    this.#request = request;
    this.#call = call;
    this.#reply = reply;
  }

  get method() {
    return this.#request.method;
  }

  get service() {
    return this.#request.service;
  }

  get requestMethod(): string {
    return this.#request.requestMethod;
  }

  get url(): string {
    return this.#request.url;
  }

  get signal(): AbortSignal {
    return this.#call.signal;
  }

  timeoutMs(): number {
    return this.#call.timeoutMs();
  }

  get requestHeader(): Headers {
    return this.#request.header;
  }

  /** The same as `requestHeader.get`, for less. */
  header(name: string): string | null {
    return headerOf(this.#request, name);
  }

  get values(): ContextValues {
    return this.#request.contextValues;
  }

  get responseHeader(): Headers {
    return this.#reply.header;
  }

  get responseTrailer(): Headers {
    return this.#reply.trailer;
  }
}

/** The one answer of a unary call. */
export class DirectAnswer implements UnaryResponse {
  readonly stream = false;
  readonly method: UnaryResponse["method"];
  readonly message: Message;
  readonly #reply: Reply;

  constructor(method: DescMethod, message: Message, reply: Reply) {
    this.method = method as UnaryResponse["method"];
    this.message = message;
    this.#reply = reply;
  }

  get service() {
    return this.method.parent;
  }

  get header(): Headers {
    return this.#reply.header;
  }

  get trailer(): Headers {
    return this.#reply.trailer;
  }
}
