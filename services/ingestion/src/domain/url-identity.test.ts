import { expect, it } from "vitest";
import { urlIdentity } from "./url-identity.ts";

it.each([
  ["HTTP://Example.COM", "http://example.com"],
  ["https://example.com/", "https://example.com"],
  ["https://example.com:443/a", "https://example.com/a"],
  ["http://example.com:8080/a/#part", "http://example.com:8080/a/"],
  ["https://example.com?q=A%20b#x", "https://example.com?q=A%20b"],
  ["https://bücher.example/Straße", "https://xn--bcher-kva.example/Stra%C3%9Fe"],
])("%s is the page %s", (url, identity) => {
  expect(urlIdentity(url)).toBe(identity);
});

it.each(["ftp://example.com", "javascript:alert(1)", "example.com", "", "http://"])("%s is no page", (url) => {
  expect(urlIdentity(url)).toBeUndefined();
});
