import type { DescMethod } from "@bufbuild/protobuf";
import { createContextValues, type ContextValues, type StreamRequest, type UnaryRequest } from "@connectrpc/connect";
import type { Call } from "./call.ts";

type AnyRequest = UnaryRequest | StreamRequest;

interface Parts<Request extends AnyRequest> {
  stream: Request["stream"];
  method: DescMethod;
  message: Request["message"];
  header: ConstructorParameters<typeof Headers>[0] | undefined;
  contextValues?: ContextValues | undefined;
}

/** A request as one side of a call has it, with a copy of the headers of its own. */
export function directRequest<Request extends AnyRequest>(call: Call, parts: Parts<Request>): Request {
  return new DirectRequest(call, parts) as unknown as Request;
}

/** With getters for what few look at: a signal costs more than the rest of a call. */
class DirectRequest {
  readonly requestMethod = "POST";
  readonly stream: boolean;
  readonly method: DescMethod;
  readonly message: AnyRequest["message"];
  readonly header: Headers;
  readonly contextValues: ContextValues;
  readonly #call: Call;

  constructor(call: Call, { stream, method, message, header, contextValues }: Parts<AnyRequest>) {
    this.#call = call;
    this.stream = stream;
    this.method = method;
    this.message = message;
    this.header = new Headers(header);
    this.contextValues = contextValues ?? createContextValues();
  }

  get service() {
    return this.method.parent;
  }

  get url(): string {
    return `direct:/${this.method.parent.typeName}/${this.method.name}`;
  }

  get signal(): AbortSignal {
    return this.#call.signal;
  }
}
