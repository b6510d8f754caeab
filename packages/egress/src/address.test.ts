import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createAddressRule } from "./address.ts";

const rule = createAddressRule();

/** First and last address of a reserved range, and its neighbours where those are public. */
const reserved: [network: string, inside: string[], outside: string[]][] = [
  ["0.0.0.0/8", ["0.0.0.0", "0.255.255.255"], ["1.0.0.0"]],
  ["10.0.0.0/8", ["10.0.0.0", "10.255.255.255"], ["9.255.255.255", "11.0.0.0"]],
  ["100.64.0.0/10", ["100.64.0.0", "100.127.255.255"], ["100.63.255.255", "100.128.0.0"]],
  ["127.0.0.0/8", ["127.0.0.0", "127.255.255.255"], ["126.255.255.255", "128.0.0.0"]],
  ["169.254.0.0/16", ["169.254.0.0", "169.254.169.254", "169.254.170.2", "169.254.255.255"], ["169.253.255.255", "169.255.0.0"]],
  ["172.16.0.0/12", ["172.16.0.0", "172.31.255.255"], ["172.15.255.255", "172.32.0.0"]],
  ["192.0.0.0/24", ["192.0.0.0", "192.0.0.255"], ["191.255.255.255", "192.0.1.0"]],
  ["192.0.2.0/24", ["192.0.2.0", "192.0.2.255"], ["192.0.1.255", "192.0.3.0"]],
  ["192.88.99.0/24", ["192.88.99.0", "192.88.99.255"], ["192.88.98.255", "192.88.100.0"]],
  ["192.168.0.0/16", ["192.168.0.0", "192.168.255.255"], ["192.167.255.255", "192.169.0.0"]],
  ["198.18.0.0/15", ["198.18.0.0", "198.19.255.255"], ["198.17.255.255", "198.20.0.0"]],
  ["198.51.100.0/24", ["198.51.100.0", "198.51.100.255"], ["198.51.99.255", "198.51.101.0"]],
  ["203.0.113.0/24", ["203.0.113.0", "203.0.113.255"], ["203.0.112.255", "203.0.114.0"]],
  ["224.0.0.0/4", ["224.0.0.0", "239.255.255.255"], ["223.255.255.255"]],
  ["240.0.0.0/4", ["240.0.0.0", "255.255.255.255"], []],
  ["::/96", ["::", "::1", "::7f00:1", "::ffff:ffff"], []],
  ["64:ff9b:1::/48", ["64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff"], ["64:ff9b:2::"]],
  ["100::/64", ["100::", "100::ffff:ffff:ffff:ffff"], ["ff:ffff::"]],
  ["2001::/32 (Teredo)", ["2001::", "2001:0:ffff:ffff:ffff:ffff:ffff:ffff"], ["2000:ffff::"]],
  ["2001:db8::/32", ["2001:db8::", "2001:db8:ffff::1"], ["2001:db7:ffff::", "2001:db9::"]],
  ["2002::/16 (6to4)", ["2002::", "2002:7f00:1::", "2002:ffff::"], ["2001:ffff::", "2003::"]],
  ["3fff::/20", ["3fff::", "3fff:fff:ffff::"], ["3ffe:ffff::", "3fff:1000::"]],
  ["5f00::/16", ["5f00::", "5f00:ffff::"], ["5eff:ffff::", "5f01::"]],
  ["fc00::/7", ["fc00::", "fc00::1", "fd00:ec2::254", "fdff:ffff::"], ["fbff:ffff::", "fe00::"]],
  ["fe80::/10", ["fe80::", "fe80::1%lo", "febf:ffff::"], ["fe7f:ffff::"]],
  ["ff00::/8", ["ff00::", "ff02::1", "ffff:ffff::"], []],
];

describe("createAddressRule", () => {
  test.each(reserved)("%s is internal, its neighbours are public", (_network, inside, outside) => {
    expect(inside.filter((address) => rule(address) !== "internal")).toEqual([]);
    expect(outside.filter((address) => rule(address) !== "public")).toEqual([]);
  });

  test("ordinary addresses are public", () => {
    for (const address of ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "2a00:1450:4001:81b::200e"]) {
      expect(rule(address)).toBe("public");
    }
  });

  test("an IPv6 address that wraps an IPv4 one is judged as that", () => {
    for (const address of ["::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:a9fe:a9fe", "64:ff9b::7f00:1", "64:ff9b::10.0.0.1"]) {
      expect(rule(address)).toBe("internal");
    }
    for (const address of ["::ffff:1.1.1.1", "64:ff9b::101:101"]) expect(rule(address)).toBe("public");
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(rule(`::ffff:${address}`)).toBe(rule(address));
        expect(rule(`64:ff9b::${address}`)).toBe(rule(address));
      }),
    );
  });

  test("what is no address is internal", () => {
    for (const text of ["", "localhost", "1.1.1.1/8", "1.1.1.1:80", "[::1]"]) expect(rule(text)).toBe("internal");
  });

  test("opens exactly the networks that are allowed, in every form of their addresses", () => {
    const open = createAddressRule(["10.1.0.0/16", "127.0.0.2", "fd00::/8"]);
    for (const address of ["10.1.255.255", "127.0.0.2", "::ffff:127.0.0.2", "fd12::1"]) expect(open(address)).toBe("allowed");
    for (const address of ["10.2.0.0", "127.0.0.1", "127.0.0.3", "fc00::1", "::1"]) expect(open(address)).toBe("internal");
    expect(open("1.1.1.1")).toBe("public");
  });
});
