import { describe, expect, test } from "vitest";
import { createSafeFetch, EgressError } from "./index.ts";

const safeFetch = createSafeFetch();

/** Addresses that are refused as they stand, by the row of the attack list that they belong to. */
const refused: Record<string, string[]> = {
  "loopback in every notation": [
    "http://127.0.0.1/",
    "http://localhost/",
    "http://localhost./",
    "http://LOCALHOST:8080/",
    "http://a.localhost/",
    "http://127.1/",
    "http://0x7f.1/",
    "http://0x7f000001/",
    "http://2130706433/",
    "http://0177.0.0.1/",
    "http://127.0.0.1./",
    "http://0.0.0.0/",
    "http://0/",
    "http://%31%32%37.0.0.1/",
  ],
  "internal IPv6 addresses": [
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[fe80::1%25lo]/",
    "http://[fc00::1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b:1::1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
    "http://[fd00:ec2::254]/",
  ],
  "metadata services": ["http://169.254.169.254/latest/", "http://169.254.170.2/", "http://metadata.google.internal/"],
  "other schemes, user names, control characters": [
    "file:///etc/passwd",
    "ftp://example.org/",
    "gopher://example.org/",
    "data:text/plain,hello",
    "javascript:alert(1)",
    "//example.org/",
    "example.org",
    "",
    "http://",
    "http://./",
    "http://user:pw@example.org/",
    "http://user@example.org/",
    "http://exa\tmple.org/",
    "http://example.org/\n",
    " http://example.org/",
    "http://example.org/a b",
    "http://example.org/\u0000",
  ],
  "ports of internal services": [22, 25, 6379, 9092, 9200, 27_017, 1, 1023].map((port) => `http://example.org:${port}/`),
  "digits and dots of other scripts": ["http://①②⑦.0.0.1/", "http://１２７.0.0.1/", "http://127。0。0。1/", "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/"],
  "names that only a network of its own knows": [
    "http://mongo:8080/",
    "http://kafka/",
    "http://x.svc.cluster.local/",
    "http://printer.local/",
    "http://wiki.intranet/",
  ],
};

describe("check", () => {
  for (const [row, addresses] of Object.entries(refused)) {
    test.each(addresses)(`refuses ${row}: %j`, (address) => {
      expect(() => safeFetch.check(address)).toThrow(expect.objectContaining({ name: "EgressError", reason: "blocked" }));
    });
  }

  test.each([
    "http://example.org",
    "https://example.org:443/path?q=1#part",
    "http://example.org:80/",
    "https://example.org.:8443/",
    "http://bücher.example/",
    "http://1.1.1.1:3000/",
    "http://[2606:4700::1111]/",
    "http://172.32.0.1/",
    "http://localhost.example.org/",
  ])("lets %j through", (address) => {
    expect(() => safeFetch.check(address)).not.toThrow();
  });

  test("opens ports and networks that are set, and nothing beside them", () => {
    const open = createSafeFetch({ allow: ["127.0.0.0/8"], ports: [25, 9200] });
    for (const address of ["http://127.0.0.1:9200/", "http://localhost:8080/", "http://example.org:25/"]) {
      expect(() => open.check(address)).not.toThrow();
    }
    for (const address of ["http://127.0.0.1:6379/", "http://[::1]/", "http://10.0.0.1/"]) {
      expect(() => open.check(address)).toThrow(EgressError);
    }
  });

  test("says nothing of what is inside: every internal address gets the same words", () => {
    const messages = ["http://127.0.0.1/", "http://10.0.0.1:8080/", "http://localhost/", "http://[fd00::1]/"].map((address) => {
      try {
        safeFetch.check(address);
        return "";
      } catch (error) {
        return error instanceof Error ? error.message : "";
      }
    });
    expect(new Set(messages)).toEqual(new Set(["The address does not lead to the public internet"]));
  });
});
