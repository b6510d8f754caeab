import type { DescMethod } from "@bufbuild/protobuf";
import { createContextValues, type ContextValues, type StreamRequest, type UnaryRequest } from "@connectrpc/connect";
import type { Call } from "./call.ts";

type AnyRequest = UnaryRequest | StreamRequest;
type HeadersGiven = ConstructorParameters<typeof Headers>[0] | undefined;

interface Parts<Request extends AnyRequest> {
  stream: Request["stream"];
  method: DescMethod;
  message: Request["message"];
  header: HeadersGiven;
  contextValues?: ContextValues | undefined;
}

/** A request as one side of a call has it, with a copy of the headers of its own. */
export function directRequest<Request extends AnyRequest>(call: Call, parts: Parts<Request>): Request {
  return new DirectRequest(call, parts) as unknown as Request;
}

/** The headers of a request, without making them where nobody has looked at them yet. */
export function headersOf(request: AnyRequest): HeadersGiven {
  return request instanceof DirectRequest ? request.headersGiven : request.header;
}

/** One header by its name in lower case, without making all of them where they were given as a plain object of such names. */
export function headerOf(request: AnyRequest, name: string): string | null {
  const given = headersOf(request);
  if (given === undefined) return null;
  if (Object.getPrototypeOf(given) !== Object.prototype) return request.header.get(name);
  let value: string | null = null;
  for (const [key, one] of Object.entries(given as Record<string, string>)) {
    if (key === name) value = one;
    else if (key !== key.toLowerCase()) return request.header.get(name);
  }
  return value;
}

/** With getters for what few look at: headers and a signal each cost more than the rest of a call. */
class DirectRequest {
  readonly requestMethod = "POST";
  readonly stream: boolean;
  readonly method: DescMethod;
  readonly message: AnyRequest["message"];
  readonly #call: Call;
  readonly #given: HeadersGiven;
  #header: Headers | undefined;
  #contextValues: ContextValues | undefined;

  constructor(call: Call, { stream, method, message, header, contextValues }: Parts<AnyRequest>) {
    this.#call = call;
    this.stream = stream;
    this.method = method;
    this.message = message;
    this.#given = header;
    this.#contextValues = contextValues;
  }

  get header(): Headers {
    return (this.#header ??= new Headers(this.#given));
  }

  get headersGiven(): HeadersGiven {
    return this.#header ?? this.#given;
  }

  get contextValues(): ContextValues {
    return (this.#contextValues ??= createContextValues());
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
