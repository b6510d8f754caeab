import { settings } from "@parlance/platform";
import type { z } from "zod";

const mebibyte = 1024 * 1024;

/** Settings of the gateway: where it listens, whom it trusts, and the limits of the HTTP edge (units stand in the names). */
export const gatewayConfig = {
  PARLANCE_HOST: settings.text().default("127.0.0.1").describe("address to listen on"),
  PARLANCE_PORT: settings.port().default(3000).describe("port of the HTTP server; 0: a free one"),
  /** Base URL under which clients reach the gateway, shown on its first page; by default the address they asked for. */
  PARLANCE_PUBLIC_URL: settings.url("http", "https").optional().describe("base URL shown to clients"),
  /** Proxies that end TLS: their X-Forwarded-Proto is believed. Loopback needs no entry. */
  PARLANCE_TRUSTED_PROXIES: settings.cidrs().default([]).describe("proxies whose X-Forwarded-Proto is believed"),
  PARLANCE_JSON_LIMIT_BYTES: settings
    .bytes()
    .default(10 * mebibyte)
    .describe("largest JSON body"),
  PARLANCE_HEADER_LIMIT_BYTES: settings
    .bytes({ min: 1024 })
    .default(16 * 1024)
    .describe("largest head of a request"),
  PARLANCE_HEADER_LIMIT_COUNT: settings.wholeNumber({ min: 10, max: 1_000 }).default(200).describe("most headers of a request"),
  PARLANCE_HEADER_TIMEOUT_MS: settings.milliseconds().default(10_000).describe("time for the head of a request"),
  PARLANCE_BODY_TIMEOUT_MS: settings.milliseconds().default(30_000).describe("time for a whole request"),
  /** How long a stop waits for requests that run; then their calls are aborted. */
  PARLANCE_DRAIN_TIMEOUT_MS: settings.milliseconds().default(5_000).describe("time for running requests at a stop"),
  PARLANCE_CALL_TIMEOUT_MS: settings.milliseconds().default(5_000).describe("time for a call to a service"),
  /** Longer than for other calls, because up to 10 MiB of text are stored before the answer. */
  PARLANCE_TRAINING_CALL_TIMEOUT_MS: settings.milliseconds().default(30_000).describe("time for a call that brings text"),
  /** Longer than the 300 s that a custom backend has; an answer of a model is ended by limits of its own. */
  PARLANCE_ANSWER_TIMEOUT_MS: settings.milliseconds().default(310_000).describe("time for an answer"),
  PARLANCE_QUERY_TIMEOUT_MS: settings.milliseconds().default(120_000).describe("time to find passages"),
  /** How long a client may leave a streamed answer unread before it is cut off. */
  PARLANCE_SLOW_READER_TIMEOUT_MS: settings.milliseconds().default(30_000).describe("time a reader may pause"),
};

export type GatewayConfig = Readonly<z.output<z.ZodObject<typeof gatewayConfig>>>;
