import type { DescMessage, Message } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  type Interceptor,
  type MethodImplSpec,
  type HandlerContext,
  type StreamRequest,
  type StreamResponse,
} from "@connectrpc/connect";
import { crossError } from "./direct-message.ts";
import type { Call } from "./call.ts";
import { refuseTooLarge } from "./message-size.ts";
import { DirectContext, Reply } from "./direct-reply.ts";
import { intercept, received, type Calling, type Seam } from "./direct-side.ts";

type Messages = AsyncIterable<Message>;

/** Carries requests to their handler and answers back, each when the other side asks for it. */
export async function directStream(calling: Calling, request: StreamRequest): Promise<StreamResponse> {
  const { call, seam } = calling;
  const send = intercept((atClient) => serve(calling, atClient as StreamRequest), seam.clientInterceptors);
  try {
    const response = (await call.race(send(request))) as StreamResponse;
    return { ...response, message: atCaller(call, response.message) };
  } catch (error) {
    call.end();
    throw ConnectError.from(error);
  }
}

/** The caller's requests as the handler reads them. They end with the call, and the caller's generator is told. */
export function requestsOf({ spec, call, seam }: Calling, requests: Messages): Messages {
  const source = requests[Symbol.asyncIterator]();
  call.onClosed(() => closeQuietly(source));
  const next = async (): Promise<IteratorResult<Message>> => {
    try {
      const result = await call.race(source.next());
      if (result.done === true) return result;
      const value = seam.cross(spec.method.input, result.value);
      refuseTooLarge(spec.method.input, value);
      return { done: false, value };
    } catch (error) {
      // What broke in the caller is the caller's to know; the handler learns only that nothing more comes.
      call.fail(ConnectError.from(error, Code.Internal));
      throw new ConnectError("the caller gave up", Code.Canceled);
    }
  };
  return { [Symbol.asyncIterator]: () => ({ next }) };
}

async function serve(calling: Calling, request: StreamRequest): Promise<StreamResponse> {
  const { call, seam } = calling;
  const reply = new Reply();
  const handle: ReturnType<Interceptor> = async (atServer) => {
    const context = new DirectContext(atServer, call, reply);
    const message = await answersOf(calling.spec, atServer.message as Messages, context);
    const { header, trailer } = reply;
    return { stream: true, service: atServer.service, method: request.method, message: crossed(calling, message), header, trailer };
  };
  try {
    const response = (await intercept(handle, seam.interceptors)(received(request, call))) as StreamResponse;
    const answers = response.message[Symbol.asyncIterator]();
    call.onClosed(() => closeQuietly(answers));
    // As over a network, headers are sent with the first answer, so a handler can set them until then.
    const first = await answers.next();
    const trailer = new Headers();
    const finish = () => copyAll(response.trailer, trailer);
    const message = sent({ schema: calling.spec.method.output, first, answers, finish, reply });
    return { ...response, header: new Headers(response.header), trailer, message };
  } catch (error) {
    throw crossError(error, reply);
  }
}

/** Calls the handler according to the kind of its method. */
async function answersOf(spec: MethodImplSpec, requests: Messages, context: HandlerContext): Promise<AsyncIterable<unknown>> {
  if (spec.kind === "bidi_streaming") return spec.impl(requests, context);
  if (spec.kind === "client_streaming") return single(await spec.impl(requests, context));
  const request = await only(requests);
  return spec.kind === "server_streaming" ? spec.impl(request, context) : single(await spec.impl(request, context));
}

async function only(requests: Messages): Promise<Message> {
  for await (const request of requests) return request;
  throw new ConnectError("protocol error: missing input message", Code.Unimplemented);
}

async function* single<T>(value: T): AsyncGenerator<T> {
  yield value;
}

/** The handler's answers with all their defaults. Passes on `return`, so that a handler's `finally` runs. */
function crossed({ spec, seam }: { spec: MethodImplSpec; seam: Seam }, answers: AsyncIterable<unknown>): Messages {
  const source = answers[Symbol.asyncIterator]();
  const cross = (result: IteratorResult<unknown>): IteratorResult<Message> =>
    result.done === true
      ? { done: true, value: undefined }
      : { done: false, value: seam.cross(spec.method.output, result.value as never) };
  const iterator: AsyncIterator<Message> = { next: async () => cross(await source.next()) };
  if (source.return !== undefined)
    iterator.return = async () => cross((await source.return?.()) ?? { done: true, value: undefined });
  return { [Symbol.asyncIterator]: () => iterator };
}

interface Sending {
  schema: DescMessage;
  first: IteratorResult<Message>;
  answers: AsyncIterator<Message>;
  finish: () => void;
  reply: Reply;
}

async function* sent({ schema, first, answers, finish, reply }: Sending): AsyncGenerator<Message> {
  try {
    for (let result = first; result.done !== true; result = await answers.next()) {
      refuseTooLarge(schema, result.value);
      yield result.value;
    }
    finish();
  } catch (error) {
    throw crossError(error, reply);
  }
}

/**
 * The answers as the caller reads them. They stop at once when the call is aborted. There is no `return`, as on any other transport:
 * who leaves early aborts the signal.
 */
function atCaller(call: Call, answers: Messages): Messages {
  const source = answers[Symbol.asyncIterator]();
  const next = async (): Promise<IteratorResult<Message>> => {
    try {
      const result = await call.race(source.next());
      if (result.done === true) call.end();
      return result;
    } catch (error) {
      call.end();
      throw ConnectError.from(error);
    }
  };
  return { [Symbol.asyncIterator]: () => ({ next }) };
}

/** Lets a generator run its `finally`; one that is busy does so when it comes to its next yield. */
function closeQuietly(iterator: AsyncIterator<unknown>): void {
  iterator.return?.().catch(() => undefined);
}

function copyAll(from: Headers, to: Headers): void {
  from.forEach((value, name) => to.append(name, value));
}
