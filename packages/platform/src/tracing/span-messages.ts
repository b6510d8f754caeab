import type { Span, Tracer } from "./tracer.ts";

export interface MessagesSpan {
  tracer: Tracer;
  span: Span;
  /** Ends the span. `abandoned`: whoever read the messages wanted no more of them. */
  end: (outcome: { error: unknown } | "complete" | "abandoned") => void;
}

/** The same messages; what makes them runs on behalf of the span, which ends with them. */
export function spanMessages<T>(messages: AsyncIterable<T>, { tracer, span, end }: MessagesSpan): AsyncIterable<T> {
  const step = async (work: () => Promise<IteratorResult<T>>, abandoned: boolean): Promise<IteratorResult<T>> => {
    try {
      const result = await tracer.within(span, work);
      if (result.done === true) end(abandoned ? "abandoned" : "complete");
      return result;
    } catch (error) {
      end(abandoned ? "abandoned" : { error });
      throw error;
    }
  };
  return {
    [Symbol.asyncIterator]: () => {
      const source = messages[Symbol.asyncIterator]();
      const leave = source.return?.bind(source);
      const interrupt = source.throw?.bind(source);
      return {
        next: () => step(() => source.next(), false),
        ...(leave && { return: (value) => step(() => leave(value), true) }),
        ...(interrupt && { throw: (error) => step(() => interrupt(error), true) }),
      };
    },
  };
}
