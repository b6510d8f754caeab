import { spanMessages, type Tracer } from "@parlance/platform";
import type { Embedder, LanguageModel } from "@parlance/ports";
import { failureOf, type PortCall, type TracePort } from "./trace-port.ts";

/** `provider`: who computes, by OpenTelemetry's conventions for models. */
export function tracedEmbedder(embedder: Embedder, { trace, provider }: { trace: TracePort; provider: string }): Embedder {
  const { model, dimension, predecessor, multilingual, roughly, documentScale } = embedder;
  const call = modelCall("embeddings", { provider, model });
  const traced: Embedder = {
    model,
    dimension,
    ...(predecessor !== undefined && { predecessor }),
    multilingual,
    roughly,
    documentScale,
    embed: (texts, options) => trace(call, () => embedder.embed(texts, options)),
    close: () => embedder.close(),
  };
  if (embedder.knownWords !== undefined) traced.knownWords = (words) => embedder.knownWords?.(words) ?? Promise.resolve(new Set());
  return traced;
}

export function tracedModel(model: LanguageModel, { tracer, provider }: { tracer: Tracer; provider: string }): LanguageModel {
  return {
    kind: model.kind,
    answer: (request, options) => {
      const parent = tracer.current();
      const pieces = model.answer(request, options);
      if (parent === undefined) return pieces;
      const { name, attributes, kind = "client" } = modelCall("chat", { provider, model: request.model });
      const span = tracer.start(name, { kind, parent: parent.traceparent, attributes });
      return spanMessages(pieces, {
        tracer,
        span,
        end: (outcome) => span.end(typeof outcome === "object" ? failureOf(outcome.error) : undefined),
      });
    },
    close: () => model.close(),
  };
}

/** Built in, the work is done in this process; else a server does it. */
function modelCall(operation: string, { provider, model }: { provider: string; model: string }): PortCall {
  return {
    name: `${operation} ${model}`,
    kind: provider === builtIn ? "internal" : "client",
    attributes: { "gen_ai.operation.name": operation, "gen_ai.provider.name": provider, "gen_ai.request.model": model },
  };
}

/** Provider of what Parlance brings along. */
export const builtIn = "parlance";
