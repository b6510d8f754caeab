import type { Client, ConnectRouter } from "@connectrpc/connect";
import type { services, ServiceName, Topic, TopicPayload } from "@parlance/contracts";
import type { BlobKey, BusEvent, Ports, RetryPolicy, Scope } from "@parlance/ports";
import type { z } from "zod";
import type { Clock } from "./clock.ts";
import type { Logger } from "./logger.ts";
import type { Tracer } from "./tracing/tracer.ts";

/** A client of every RPC service, whether it runs in this process or another; resolved on its first call. */
export type Clients = { readonly [Name in keyof typeof services]: Client<(typeof services)[Name]["schema"]> };

export interface ServiceContext<Config> {
  /** Frozen. */
  config: Config;
  ports: Ports;
  clients: Clients;
  log: Logger;
  clock: Clock;
  /** Aborts when the process begins to stop. */
  signal: AbortSignal;
  /** True while the process can serve: everything started, nothing stopping. */
  ready: () => boolean;
  /** There while traces are sent somewhere. */
  tracer?: Tracer | undefined;
}

export interface ServiceParts {
  /** Registers the RPC services. Absent for a service that only consumes or only listens to HTTP. */
  routes?: (router: ConnectRouter) => void;
  consumers?: readonly ConsumerDefinition[];
  /** Runs once stores and clients are there, before the process reports ready. */
  start?: () => Promise<void>;
  /**
   * Runs first when the process stops, while calls still work: lets nothing new in, and waits for what runs, within a limit of its own.
   */
  drain?: () => Promise<void>;
  /** Runs when the process stops, before consumers and adapters are closed. */
  stop?: () => Promise<void>;
  /** Base URL of the HTTP server this service listens with, such as http://127.0.0.1:3000; known once `start` has ended. */
  httpAddress?: () => string;
  /** What the service contributes when the state of an installation is examined. */
  examination?: Examination;
}

/** Knowledge that only the service has of its own documents and of what it keeps in shared stores. Everything is read while others may write. */
export interface Examination {
  /** Compares documents with each other and with other services; with `repair`, mends what can be mended without losing anything. */
  findings?: (options: { repair: boolean }) => AsyncIterable<Finding>;
  /** Which blobs are the service's, by their key, and which of them its documents refer to; one that ends with `/` stands for all below. */
  blobs?: { owns: (key: BlobKey) => boolean; inUse: () => AsyncIterable<BlobKey> };
  /** The chatbots that may have something in the search index. */
  scopes?: () => AsyncIterable<Scope>;
}

/** Something that is not as it should be. Holds ids and counts, never content. */
export interface Finding {
  /** What was compared, such as `index` or `blobs`. */
  check: string;
  /** What it concerns, such as a chatbot id. */
  subject: string;
  /** One sentence. */
  problem: string;
  /** What was done or can be done, in one sentence. */
  remedy: string;
  mended: boolean;
}

/** A topic's handler, typed by the topic. Build it with {@link consumer}. */
export interface ConsumerDefinition {
  topic: Topic;
  concurrency?: number;
  retry?: RetryPolicy;
  handle(event: BusEvent, options: { signal: AbortSignal; attempt: number }): Promise<void>;
}

export interface ServiceDefinition<ConfigShape extends z.ZodRawShape = z.ZodRawShape> {
  name: ServiceName;
  /** Environment variables of this service, by full name. Each has a default that works in the embedded shape. */
  config: ConfigShape;
  /** RPC services it calls; a process refuses to start when one is neither in it nor has an address. */
  needs: readonly (keyof typeof services)[];
  /** Ports it uses; a process opens no other. Default: all of them. */
  ports?: readonly (keyof Ports)[];
  create(context: ServiceContext<z.output<z.ZodObject<ConfigShape>>>): ServiceParts;
}

export function defineService<Shape extends z.ZodRawShape>(definition: ServiceDefinition<Shape>): ServiceDefinition<Shape> {
  return definition;
}

export type EventHandler<T extends Topic> = (
  payload: TopicPayload<T>,
  event: BusEvent,
  options: { signal: AbortSignal; attempt: number },
) => Promise<void>;
