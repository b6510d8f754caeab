import type { Span, Tracer } from "./tracer.ts";

export interface MessagesSpan {
  tracer: Tracer;
  span: Span;
  /** Ends the span. `abandoned`: whoever read the messages wanted no more of them. */
  end: (outcome: { error: unknown } | "complete" | "abandoned") => void;
}

/** The same messages; what makes them runs on behalf of the span, which ends with them. */
export async function* spanMessages<T>(messages: AsyncIterable<T>, { tracer, span, end }: MessagesSpan): AsyncGenerator<T> {
  const source = messages[Symbol.asyncIterator]();
  let outcome: Parameters<MessagesSpan["end"]>[0] = "abandoned";
  try {
    for (;;) {
      const result = await tracer.within(span, () => source.next());
      if (result.done === true) break;
      yield result.value;
    }
    outcome = "complete";
  } catch (error) {
    outcome = { error };
    throw error;
  } finally {
    if (outcome === "abandoned") await tracer.within(span, () => source.return?.());
    end(outcome);
  }
}
