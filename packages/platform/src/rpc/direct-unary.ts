import { ConnectError, type Interceptor, type UnaryRequest, type UnaryResponse } from "@connectrpc/connect";
import { crossError } from "./direct-message.ts";
import { refuseTooLarge } from "./message-size.ts";
import { DirectAnswer, DirectContext, Reply } from "./direct-reply.ts";
import { intercept, received, type Calling } from "./direct-side.ts";

/** Carries one request to its handler and the answer back. */
export async function directUnary(calling: Calling, request: UnaryRequest): Promise<UnaryResponse> {
  const { call, seam } = calling;
  const send = intercept((atClient) => serve(calling, atClient as UnaryRequest), seam.clientInterceptors);
  try {
    return (await call.race(send(request))) as UnaryResponse;
  } catch (error) {
    throw ConnectError.from(error);
  } finally {
    call.end();
  }
}

async function serve({ spec, call, seam }: Calling, request: UnaryRequest): Promise<UnaryResponse> {
  const reply = new Reply();
  const handle: ReturnType<Interceptor> = async (atServer) => {
    const output = await spec.impl(atServer.message as never, new DirectContext(atServer, call, reply));
    const message = seam.cross(spec.method.output, output as never);
    return new DirectAnswer(spec.method, message, reply);
  };
  refuseTooLarge(spec.method.input, request.message);
  try {
    const response = (await intercept(handle, seam.interceptors)(received(request, call))) as UnaryResponse;
    refuseTooLarge(spec.method.output, response.message);
    return response;
  } catch (error) {
    throw crossError(error, reply);
  }
}
