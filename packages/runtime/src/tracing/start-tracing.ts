import type { Logger, Tracer } from "@parlance/platform";
import type { Undo } from "../undo.ts";
import type { TracingConfig } from "./settings.ts";

/** Begins to send traces, if they are to go anywhere. OpenTelemetry's SDK is loaded here and nowhere else. */
export async function openTracing(
  config: TracingConfig | undefined,
  { name, log, undo }: { name: string; log: Logger; undo: Undo },
): Promise<Tracer | undefined> {
  if (config === undefined) return undefined;
  const { createSdkTracer } = await import("./sdk-tracer.ts");
  const serviceName = name === "parlance" ? name : `parlance-${name}`;
  const tracing = createSdkTracer({ serviceName, ...config }, log);
  undo.add("traces", () => tracing.close());
  return tracing.tracer;
}
