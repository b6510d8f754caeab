import type { HandlerContext } from "@connectrpc/connect";
import { health } from "@parlance/contracts";
import { AppError } from "../app-error.ts";
import type { Routes } from "./implementations.ts";

const ServingStatus = health.HealthCheckResponse_ServingStatus;

/** What probes are told. The name is a full RPC service name, or empty for the process as a whole. */
export interface Health {
  /** Registers grpc.health.v1. */
  readonly routes: Routes;
  set(service: string, serving: boolean): void;
}

/** Health of a process and its services. The process as a whole starts as not serving. */
export function createHealth(): Health {
  const statuses = new Map<string, boolean>([["", false]]);
  const watchers = new Set<() => void>();

  const statusOf = (service: string) => {
    const serving = statuses.get(service);
    if (serving === undefined) return ServingStatus.SERVICE_UNKNOWN;
    return serving ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
  };

  async function* watch(service: string, signal: AbortSignal) {
    let told: health.HealthCheckResponse_ServingStatus | undefined;
    let changed = Promise.withResolvers<void>();
    const wake = () => changed.resolve();
    watchers.add(wake);
    signal.addEventListener("abort", wake, { once: true });
    try {
      while (!signal.aborted) {
        // Renewed before the status is read, so that no change falls in between.
        changed = Promise.withResolvers<void>();
        const status = statusOf(service);
        if (status !== told) yield { status };
        told = status;
        await changed.promise;
      }
    } finally {
      watchers.delete(wake);
    }
  }

  return {
    routes: (router) =>
      router.service(health.Health, {
        check: ({ service }) => {
          if (!statuses.has(service)) throw new AppError("NOT_FOUND", { message: "This process has no such service" });
          return { status: statusOf(service) };
        },
        watch: ({ service }, context: HandlerContext) => watch(service, context.signal),
      }),
    set: (service, serving) => {
      statuses.set(service, serving);
      for (const wake of watchers) wake();
    },
  };
}
