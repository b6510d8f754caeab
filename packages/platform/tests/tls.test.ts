import { mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { request as httpsRequest } from "node:https";
import { createServer } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AddressInfo } from "node:net";
import { Client, credentials, status, type ServiceError } from "@grpc/grpc-js";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { Code, createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { createAuthority, selfSigned, type Issued } from "@parlance/testkit/certificates";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  appErrorFrom,
  ConfigError,
  createBalancedTransport,
  createHealth,
  createRpcTransport,
  listenRpc,
  openRpcTls,
  Secret,
  type RpcServerOptions,
  type RpcTlsSettings,
} from "../src/index.ts";
import { failureOf } from "./conformance/helpers.ts";
import { ConformanceService, ReplySchema, RequestSchema } from "./conformance/service.ts";

const authority = createAuthority();
const here = { names: ["chat.test", "localhost"], addresses: ["127.0.0.1"] };
const day = 86_400_000;

/** A folder with PEM files, for the length of a test. */
function folder() {
  const path = mkdtempSync(join(tmpdir(), "parlance-tls-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return {
    /** Also a second later than the one before, whatever the clock of the file system shows. */
    write: (name: string, pem: string, secondsLater = 0) => {
      const file = join(path, name);
      writeFileSync(`${file}.new`, pem);
      const at = Date.now() / 1_000 + secondsLater;
      utimesSync(`${file}.new`, at, at);
      renameSync(`${file}.new`, file);
      return file;
    },
  };
}

function settingsOf({ own, ca, clientCa }: { own?: Issued; ca?: string; clientCa?: string }): RpcTlsSettings {
  const { write } = folder();
  return {
    PARLANCE_RPC_TLS_CERT_FILE: own && write("tls.crt", own.cert),
    PARLANCE_RPC_TLS_KEY_FILE: own && write("tls.key", own.key),
    PARLANCE_RPC_TLS_CA_FILE: ca && write("ca.crt", ca),
    PARLANCE_RPC_TLS_CLIENT_CA_FILE: clientCa && write("clients.crt", clientCa),
  };
}

async function listen(settings: RpcTlsSettings, options: Partial<RpcServerOptions> = {}) {
  const routes: RpcServerOptions["routes"] = (router) =>
    router.service(ConformanceService, { unary: ({ text }) => ({ text: `${text}!` }) });
  const tls = openRpcTls(settings, { lookAgainMs: 0 });
  const server = await listenRpc({ host: "127.0.0.1", port: 0, routes, tls, limits: { closeMs: 200 }, ...options });
  onTestFinished(() => server.close());
  return server.address;
}

/** Our own client, trusting the authority unless told otherwise. */
function dial(
  url: string,
  settings: RpcTlsSettings = settingsOf({ ca: authority.cert }),
  options: { serverName?: string; token?: Secret } = {},
) {
  const transport = createRpcTransport({ url, tls: openRpcTls(settings), ...options });
  onTestFinished(() => transport.close());
  return createClient(ConformanceService, transport);
}

/** A client that knows nothing of connect, nor of us. */
function grpcJs(port: number, channel: ReturnType<typeof credentials.createSsl>): Promise<string> {
  const client = new Client(`127.0.0.1:${port}`, channel);
  onTestFinished(() => client.close());
  const { unary } = ConformanceService.method;
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      `/${ConformanceService.typeName}/${unary.name}`,
      (text: string) => Buffer.from(toBinary(RequestSchema, create(RequestSchema, { text }))),
      (bytes: Buffer) => fromBinary(ReplySchema, bytes).text,
      "hi",
      (error, reply) => (error === null ? resolve(reply ?? "") : reject(error)),
    );
  });
}

/** POST of Connect's JSON over HTTP/1.1. */
function post(port: number, path: string, trust: { ca?: string; cert?: string; key?: string }): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json" };
    const request = httpsRequest({ host: "127.0.0.1", port, path, method: "POST", headers, ...trust }, (response) => {
      void response.toArray().then((parts: Buffer[]) => resolve(Buffer.concat(parts).toString()), reject);
    });
    request.on("error", reject).end(`{"text":"hi"}`);
  });
}

describe("a port with a certificate", () => {
  test("is called over TLS by our transports, connect-node, grpc-js and plain HTTPS", async () => {
    const { url, port } = await listen(settingsOf({ own: authority.issue(here) }));
    expect(url).toBe(`https://127.0.0.1:${port}`);
    expect((await dial(url).unary({ text: "hi" })).text).toBe("hi!");
    const balanced = createBalancedTransport({ urls: [url], tls: openRpcTls(settingsOf({ ca: authority.cert })) });
    onTestFinished(() => balanced.close());
    const ca = { nodeOptions: { ca: authority.cert } };
    for (const transport of [
      balanced,
      createGrpcTransport({ baseUrl: url, ...ca }),
      createConnectTransport({ baseUrl: url, httpVersion: "2", ...ca }),
      createConnectTransport({ baseUrl: url, httpVersion: "1.1", ...ca }),
    ])
      expect((await createClient(ConformanceService, transport).unary({ text: "hi" })).text).toBe("hi!");
    expect(await grpcJs(port, credentials.createSsl(Buffer.from(authority.cert)))).toBe("hi!");
    expect(JSON.parse(await post(port, `/${ConformanceService.typeName}/Unary`, { ca: authority.cert }))).toEqual({ text: "hi!" });
  });

  test("refuses a plain call in the words of its own protocol, and no handler sees it", async () => {
    let reached = 0;
    const { port } = await listen(settingsOf({ own: authority.issue(here) }), {
      routes: (router) => router.service(ConformanceService, { unary: () => ({ count: ++reached }) }),
    });
    const plain = `http://127.0.0.1:${port}`;
    const failure = await failureOf(dial(plain).unary({}));
    expect([failure.code, failure.rawMessage]).toEqual([Code.Unauthenticated, "This port takes calls over TLS only"]);
    const refused: unknown = await grpcJs(port, credentials.createInsecure()).catch((error: ServiceError) => error);
    expect(refused).toMatchObject({ code: status.UNAUTHENTICATED, details: "This port takes calls over TLS only" });
    const headers = { "content-type": "application/json" };
    const http1 = await fetch(`${plain}/${ConformanceService.typeName}/Unary`, { method: "POST", headers, body: "{}" });
    expect([http1.status, await http1.json()]).toMatchObject([401, { message: "This port takes calls over TLS only" }]);
    expect(reached).toBe(0);
  });

  test("tells its health to probes that speak no TLS, and have neither certificate nor token", async () => {
    const health = createHealth();
    health.set("", true);
    const own = settingsOf({ own: authority.issue(here), clientCa: authority.cert });
    const { port } = await listen(own, { routes: health.routes, token: new Secret("right") });
    const path = "/grpc.health.v1.Health/Check";
    const plain = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    expect(await plain.json()).toEqual({ status: "SERVING" });
    expect(JSON.parse(await post(port, path, { ca: authority.cert }))).toEqual({ status: "SERVING" });
  });

  test("still asks for the installation's token", async () => {
    const token = new Secret("right");
    const { url } = await listen(settingsOf({ own: authority.issue(here) }), { token });
    const trusting = settingsOf({ ca: authority.cert });
    expect((await failureOf(dial(url, trusting).unary({}))).code).toBe(Code.Unauthenticated);
    expect((await dial(url, trusting, { token }).unary({})).text).toBe("!");
  });

  test("shows a certificate that was renewed on disk to new connections, without a restart", async () => {
    const { write } = folder();
    const put = ({ cert, key }: Issued, secondsLater: number) => ({
      PARLANCE_RPC_TLS_CERT_FILE: write("tls.crt", cert, secondsLater),
      PARLANCE_RPC_TLS_KEY_FILE: write("tls.key", key, secondsLater),
    });
    const { url } = await listen(put(authority.issue({ ...here, expires: Date.now() - 1_000 }), 0));
    expect((await failureOf(dial(url).unary({}))).rawMessage).toContain("CERT_HAS_EXPIRED");
    const renewed = authority.issue(here);
    // Half of it: what was there before goes on.
    write("tls.crt", renewed.cert, 1);
    expect((await failureOf(dial(url).unary({}))).rawMessage).toContain("CERT_HAS_EXPIRED");
    put(renewed, 2);
    expect((await dial(url).unary({ text: "hi" })).text).toBe("hi!");
  });

  test("drains and closes as a plain one does", async () => {
    const started = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const tls = openRpcTls(settingsOf({ own: authority.issue(here) }));
    const server = await listenRpc({
      host: "127.0.0.1",
      port: 0,
      tls,
      routes: (router) =>
        router.service(ConformanceService, {
          unary: async () => {
            started.resolve();
            await finish.promise;
            return { text: "done" };
          },
        }),
    });
    const reply = dial(server.address.url).unary({});
    await started.promise;
    const drained = server.drain(5_000);
    finish.resolve();
    expect((await reply).text).toBe("done");
    await drained;
    await server.close();
    const gone = await failureOf(dial(server.address.url).unary({}));
    expect([gone.code, gone.rawMessage]).toEqual([Code.Unavailable, "the service cannot be reached"]);
  });
});

describe("a server is not trusted, and is sent nothing,", () => {
  test.each<[fault: string, code: string, Issued]>([
    ["expired", "CERT_HAS_EXPIRED", authority.issue({ ...here, expires: Date.now() - 1_000 })],
    ["another host's", "ERR_TLS_CERT_ALTNAME_INVALID", authority.issue({ names: ["other.test"] })],
    ["self-signed", "DEPTH_ZERO_SELF_SIGNED_CERT", selfSigned(here)],
    ["another authority's", "UNABLE_TO_VERIFY_LEAF_SIGNATURE", createAuthority("Stranger").issue(here)],
  ])("when its certificate is %s", async (_fault, code, own) => {
    let reached = 0;
    const { url } = await listen(settingsOf({ own }), {
      routes: (router) => router.service(ConformanceService, { unary: () => ({ count: ++reached }) }),
    });
    const failure = await failureOf(dial(url).unary({}));
    expect(failure.code).toBe(Code.Unavailable);
    expect(failure.rawMessage).toMatch(new RegExp(`^no trusted TLS connection to the service could be made: .*\\(${code}\\)$`));
    expect(appErrorFrom(failure).reason).toBe("SERVICE_UNAVAILABLE");
    expect(reached).toBe(0);
  });

  test("when it speaks no TLS", async () => {
    const { port } = await listen({});
    const failure = await failureOf(dial(`https://127.0.0.1:${port}`).unary({}));
    expect([failure.code, failure.rawMessage]).toEqual([Code.Unavailable, expect.stringContaining("no trusted TLS connection")]);
  });

  test("when nobody told whom to trust", async () => {
    const { url } = await listen(settingsOf({ own: authority.issue(here) }));
    expect((await failureOf(dial(url, {}).unary({}))).rawMessage).toContain("no trusted TLS connection");
  });
});

describe("one of several replicas", () => {
  const replicas = (settings: RpcTlsSettings, name: string, port: number) => {
    const options = { urls: [`https://${name}:${port}`], resolve: async () => ["127.0.0.1"], tls: openRpcTls(settings) };
    const transport = createBalancedTransport(options);
    onTestFinished(() => transport.close());
    return createClient(ConformanceService, transport);
  };

  test("must bear the name that all of them have, not the address that the name stands for", async () => {
    const { port } = await listen(settingsOf({ own: authority.issue(here) }));
    const trusting = settingsOf({ ca: authority.cert });
    expect((await replicas(trusting, "chat.test", port).unary({ text: "hi" })).text).toBe("hi!");
    const failure = await failureOf(replicas(trusting, "account.test", port).unary({}));
    expect(failure.rawMessage).toContain("ERR_TLS_CERT_ALTNAME_INVALID");
  });

  test("is passed over when it cannot be trusted, for a call of any kind", async () => {
    const [bad, good] = await Promise.all([
      listen(settingsOf({ own: selfSigned(here) })),
      listen(settingsOf({ own: authority.issue(here) })),
    ]);
    const options = { urls: [bad.url, good.url], tls: openRpcTls(settingsOf({ ca: authority.cert })) };
    const transport = createBalancedTransport(options);
    onTestFinished(() => transport.close());
    for (let call = 0; call < 4; call++)
      expect((await createClient(ConformanceService, transport).unary({ text: "hi" })).text).toBe("hi!");
  });

  test("is not connected to twice for the handshake's sake when it does not answer", async () => {
    const sockets: unknown[] = [];
    const mute = createServer((socket) => sockets.push(socket)).listen(0, "127.0.0.1");
    onTestFinished(() => void mute.close());
    await once(mute, "listening");
    const url = `https://127.0.0.1:${(mute.address() as AddressInfo).port}`;
    const began = performance.now();
    expect((await failureOf(dial(url).unary({}, { timeoutMs: 300 }))).code).toBe(Code.DeadlineExceeded);
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(sockets).toHaveLength(1);
  });
});

describe("a port that asks callers for a certificate", () => {
  const clients = createAuthority("Authority of callers");

  test("lets in who shows one of that authority, whatever client it uses", async () => {
    const { url, port } = await listen(settingsOf({ own: authority.issue(here), clientCa: clients.cert }));
    const own = clients.issue({ name: "gateway" });
    expect((await dial(url, settingsOf({ own, ca: authority.cert })).unary({ text: "hi" })).text).toBe("hi!");
    const channel = credentials.createSsl(Buffer.from(authority.cert), Buffer.from(own.key), Buffer.from(own.cert));
    expect(await grpcJs(port, channel)).toBe("hi!");
    const path = `/${ConformanceService.typeName}/Unary`;
    expect(JSON.parse(await post(port, path, { ca: authority.cert, ...own }))).toEqual({ text: "hi!" });
  });

  test.each<[fault: string, why: string, own: Issued | undefined]>([
    ["none", "none was shown", undefined],
    ["another authority's", "UNABLE_TO_VERIFY_LEAF_SIGNATURE", createAuthority("Stranger").issue({})],
    ["an expired one", "CERT_HAS_EXPIRED", clients.issue({ expires: Date.now() - day })],
  ])("refuses who shows %s, and says so", async (_fault, why, own) => {
    const { url } = await listen(settingsOf({ own: authority.issue(here), clientCa: clients.cert }));
    const failure = await failureOf(dial(url, settingsOf({ ca: authority.cert, ...(own !== undefined && { own }) })).unary({}));
    expect(failure.code).toBe(Code.Unauthenticated);
    expect(failure.rawMessage).toContain("The call needs a certificate of the caller that this service trusts");
    expect(failure.rawMessage).toContain(why);
  });
});

describe("settings of TLS", () => {
  const faultsOf = (settings: RpcTlsSettings): readonly string[] => {
    try {
      openRpcTls(settings);
    } catch (error) {
      if (error instanceof ConfigError) return error.faults;
      throw error;
    }
    return [];
  };

  test("are none when none is given, or all are empty", () => {
    expect(openRpcTls({})).toBeUndefined();
    expect(openRpcTls({ PARLANCE_RPC_TLS_CA_FILE: "" })).toBeUndefined();
  });

  test("are named when they cannot be used, all at once", () => {
    const { write } = folder();
    const faults = faultsOf({
      PARLANCE_RPC_TLS_CERT_FILE: write("tls.crt", "nonsense"),
      PARLANCE_RPC_TLS_KEY_FILE: write("tls.key", "nonsense"),
      PARLANCE_RPC_TLS_CA_FILE: join(tmpdir(), "parlance-no-such-file"),
    });
    expect(faults).toEqual([
      "PARLANCE_RPC_TLS_CERT_FILE: the file holds no certificate in PEM form",
      "PARLANCE_RPC_TLS_KEY_FILE: the file holds no private key in PEM form without a password",
      "PARLANCE_RPC_TLS_CA_FILE: the file cannot be read (ENOENT)",
    ]);
  });

  test("are named when one lacks another, or belongs to another", () => {
    const own = settingsOf({ own: authority.issue(here), clientCa: authority.cert });
    const { PARLANCE_RPC_TLS_CERT_FILE, PARLANCE_RPC_TLS_KEY_FILE, PARLANCE_RPC_TLS_CLIENT_CA_FILE } = own;
    expect(faultsOf({ PARLANCE_RPC_TLS_CERT_FILE })).toEqual([
      "PARLANCE_RPC_TLS_KEY_FILE is not set: PARLANCE_RPC_TLS_CERT_FILE needs it",
    ]);
    expect(faultsOf({ PARLANCE_RPC_TLS_KEY_FILE })).toEqual([
      "PARLANCE_RPC_TLS_CERT_FILE is not set: PARLANCE_RPC_TLS_KEY_FILE needs it",
    ]);
    expect(faultsOf({ PARLANCE_RPC_TLS_CLIENT_CA_FILE })).toEqual([expect.stringContaining("PARLANCE_RPC_TLS_CLIENT_CA_FILE: ")]);
    const stranger = settingsOf({ own: authority.issue(here) }).PARLANCE_RPC_TLS_KEY_FILE;
    expect(faultsOf({ PARLANCE_RPC_TLS_CERT_FILE, PARLANCE_RPC_TLS_KEY_FILE: stranger })).toEqual([
      "PARLANCE_RPC_TLS_KEY_FILE: it does not belong to the certificate of PARLANCE_RPC_TLS_CERT_FILE",
    ]);
    expect(faultsOf({ PARLANCE_RPC_TLS_CERT_FILE, PARLANCE_RPC_TLS_KEY_FILE })).toEqual([]);
  });
});
