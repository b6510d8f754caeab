import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { requireHttps } from "./https.ts";

const check = requireHttps(["10.1.0.0/16", "fd00::/8", "192.0.2.7"]);
const from = (remoteAddress: string, proto?: string) =>
  ({ socket: { remoteAddress }, headers: proto === undefined ? {} : { "x-forwarded-proto": proto } }) as unknown as IncomingMessage;

test.each(["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])("loopback %s needs no HTTPS", (address) => {
  expect(() => check(from(address))).not.toThrow();
});

test.each(["10.1.2.3", "::ffff:10.1.2.3", "fd00::5", "192.0.2.7"])(
  "trusted proxy %s is believed that the client came by HTTPS",
  (address) => {
    expect(() => check(from(address, "https"))).not.toThrow();
    for (const chain of ["https, https", "HTTPS"]) expect(() => check(from(address, chain))).not.toThrow();
    for (const chain of ["http", "https, http", "http, https", ""]) {
      expect(() => check(from(address, chain))).toThrow("HTTPS is required");
    }
    expect(() => check(from(address))).toThrow("HTTPS is required");
  },
);

test.each(["10.2.0.1", "203.0.113.9", "2001:db8::1", "192.0.2.8", ""])("nobody else is: %s", (address) => {
  expect(() => check(from(address, "https"))).toThrow("HTTPS is required");
});
