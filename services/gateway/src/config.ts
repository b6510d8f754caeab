import { settings } from "@parlance/platform";
import { z } from "zod";

const mebibyte = 1024 * 1024;

/** Settings of the gateway: where it listens, whom it trusts, and the limits of the HTTP edge (units stand in the names). */
export const gatewayConfig = {
  PARLANCE_HOST: settings.text().default("127.0.0.1"),
  PARLANCE_PORT: settings.port().default(3000),
  /** Base URL under which clients reach the gateway, shown on its first page; by default the address they asked for. */
  PARLANCE_PUBLIC_URL: settings.url("http", "https").optional(),
  /** Proxies that end TLS: their X-Forwarded-Proto is believed. Loopback needs no entry. */
  PARLANCE_TRUSTED_PROXIES: settings.cidrs().default([]),
  PARLANCE_JSON_LIMIT_BYTES: settings.bytes().default(10 * mebibyte),
  PARLANCE_HEADER_LIMIT_BYTES: settings.bytes({ min: 1024 }).default(16 * 1024),
  PARLANCE_HEADER_LIMIT_COUNT: settings.wholeNumber({ min: 10, max: 1_000 }).default(200),
  PARLANCE_HEADER_TIMEOUT_MS: settings.milliseconds().default(10_000),
  PARLANCE_BODY_TIMEOUT_MS: settings.milliseconds().default(30_000),
  PARLANCE_CALL_TIMEOUT_MS: settings.milliseconds().default(5_000),
  PARLANCE_ANSWER_TIMEOUT_MS: settings.milliseconds().default(120_000),
  /** How long a client may leave a streamed answer unread before it is cut off. */
  PARLANCE_SLOW_READER_TIMEOUT_MS: settings.milliseconds().default(30_000),
};

export type GatewayConfig = Readonly<z.output<z.ZodObject<typeof gatewayConfig>>>;
