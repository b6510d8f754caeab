import { createAuthority, selfSigned, type Issued } from "@parlance/testkit/certificates";
import { describe, expect, test } from "vitest";
import { createSafeFetch } from "../src/index.ts";
import { allow, publicAddress, startHttp, startHttps, startTrap } from "./_servers.ts";

const authority = createAuthority();
const safeFetch = createSafeFetch({ allow, ca: authority.cert, resolve: () => Promise.resolve([publicAddress]) });

async function serve(issued: Issued) {
  let requests = 0;
  const server = await startHttps(issued, (_request, response) => {
    requests += 1;
    response.end("encrypted");
  });
  return { ...server, requests: () => requests };
}

describe("https", () => {
  test("is answered where a trusted authority vouches for the name, or for the address", async () => {
    const named = await serve(authority.issue({ names: ["shop.example.test"] }));
    expect(await (await safeFetch(`https://shop.example.test:${named.port}/`)).text()).toBe("encrypted");
    const numbered = await serve(authority.issue({ addresses: [publicAddress] }));
    expect(await (await safeFetch(numbered.url)).text()).toBe("encrypted");
  });

  test.each<[fault: string, code: string, Issued]>([
    ["expired", "CERT_HAS_EXPIRED", authority.issue({ names: ["shop.example.test"], expires: Date.now() - 1_000 })],
    ["self-signed", "DEPTH_ZERO_SELF_SIGNED_CERT", selfSigned({ names: ["shop.example.test"] })],
    ["another host's", "ERR_TLS_CERT_ALTNAME_INVALID", authority.issue({ names: ["other.example.test"] })],
  ])("fails on a certificate that is %s, and nothing is sent", async (_fault, code, issued) => {
    const server = await serve(issued);
    const call = safeFetch(`https://shop.example.test:${server.port}/`, { headers: { authorization: "Bearer secret" } });
    await expect(call).rejects.toMatchObject({ name: "EgressError", reason: "tls", cause: { code } });
    expect(server.requests()).toBe(0);
  });

  test("fails where the other side speaks no TLS, without trying plain HTTP", async () => {
    let requests = 0;
    const server = await startHttp(() => (requests += 1));
    await expect(safeFetch(`https://${publicAddress}:${server.port}/`)).rejects.toMatchObject({ reason: "tls" });
    expect([server.accepted(), requests]).toEqual([1, 0]);
  });

  test("is not given up by a redirect", async () => {
    const plain = await startHttp((_request, response) => response.end());
    const server = await startHttps(authority.issue({ addresses: [publicAddress] }), (_request, response) =>
      response.writeHead(302, { location: plain.url }).end(),
    );
    await expect(safeFetch(server.url, { redirects: 1 })).rejects.toMatchObject({ reason: "blocked" });
    expect(plain.accepted()).toBe(0);
  });

  test("does not open an internal address", async () => {
    const trap = await startTrap();
    await expect(safeFetch(`https://127.0.0.1:${trap.port}/`)).rejects.toMatchObject({ reason: "blocked" });
    expect(trap.accepted()).toBe(0);
  });
});
