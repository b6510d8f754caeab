import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";

/** Answers DEADLINE_EXCEEDED when the deadline passes, even if the handler does not listen to its signal. For unary calls on a server. */
export const deadlineInterceptor: Interceptor = (next) => async (request) => {
  if (request.stream) return next(request);
  const { signal } = request;
  const passed = Promise.withResolvers<never>();
  const onAbort = () => {
    if (signal.reason instanceof ConnectError && signal.reason.code === Code.DeadlineExceeded) passed.reject(signal.reason);
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort);
  try {
    return await Promise.race([next(request), passed.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
};
