import { once } from "node:events";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startGateway, type TestGateway } from "./_gateway.ts";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ PARLANCE_JSON_LIMIT_BYTES: "100000", PARLANCE_REQUESTS_PER_MINUTE: "100000" });
});
afterAll(() => gateway[Symbol.asyncDispose]());

const problem = (message: string) => ({ status: "error", message });
const unknownId = "0123456789abcdef01234567";
const body = { chatbotId: unknownId, messages: [{ role: "user", content: "hello" }] };

describe("JSON bodies", () => {
  test.each([
    "application/json\tx",
    "application/json x",
    "application/jsonx",
    "application/json, text/plain",
    "text/plain",
    "multipart/form-data; boundary=x",
    "application/json; charset=latin1",
    "application/json; version=1; charset=utf-16",
    "",
  ])("Content-Type %j is refused before the body is read", async (type) => {
    const answer = await gateway.call("POST", "chat", { body: "not json", headers: { "content-type": type } });
    expect([answer.status, answer.json]).toEqual([415, problem("Content-Type must be application/json")]);
  });

  test.each([
    "application/json",
    "application/json; charset=utf-8",
    'Application/JSON ;charset="UTF-8";',
    "application/json; odata.metadata=minimal",
  ])("%s is accepted", async (type) => {
    const answer = await gateway.call("POST", "chat", { body, headers: { "content-type": type } });
    expect(answer.json).toEqual(problem("Chatbot not found"));
  });

  test("a body without any Content-Type is refused", async () => {
    const head = `POST /api/v2/chat HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${gateway.key}\r\nContent-Length: 2\r\n\r\n{}`;
    expect(await gateway.raw(head)).toMatch(/^HTTP\/1\.1 415 /);
  });

  test.each([
    ["{", "is not valid JSON"],
    ["", "is not valid JSON"],
    ['\ufeff{"a":1}', "is not valid JSON"],
    ['{"a":1,"a":2}', "is not valid JSON"],
    ['{"__proto__":{"x":1}}', "must name no field __proto__ or constructor.prototype"],
    [`{"a":${"[".repeat(10_000)}`, "must nest at most 32 levels deep"],
  ])("of the form %.30j are refused: the body %s", async (text, reason) => {
    const answer = await gateway.call("POST", "chat", { body: text });
    expect([answer.status, answer.json]).toEqual([400, problem(`Request body ${reason}`)]);
  });

  test("one byte more than the limit is too large, announced or not", async () => {
    const text = JSON.stringify({ ...body, filler: "x".repeat(100_000) });
    const exact = `${text.slice(0, 100_000 - 2)}"}`;
    expect(Buffer.byteLength(exact)).toBe(100_000);
    expect((await gateway.call("POST", "chat", { body: exact })).json).toEqual(problem("Chatbot not found"));
    const tooLarge = [413, problem("Request body is too large")];
    const announced = await gateway.call("POST", "chat", { body: `${exact} ` });
    expect([announced.status, announced.json]).toEqual(tooLarge);
    const chunk = `${(100_001).toString(16)}\r\n${exact} \r\n0\r\n\r\n`;
    const head = `POST /api/v2/chat HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nAuthorization: Bearer ${gateway.key}\r\n`;
    expect(await gateway.raw(`${head}Transfer-Encoding: chunked\r\n\r\n${chunk}`)).toMatch(/^HTTP\/1\.1 413 /);
  });

  test("a gzip body is inflated under the same limit", async () => {
    const compressed = (value: string) =>
      gateway.call("POST", "chat", { body: gzipSync(value), headers: { "content-encoding": "gzip" } });
    expect((await compressed(JSON.stringify(body))).json).toEqual(problem("Chatbot not found"));
    expect((await compressed("not json")).json).toEqual(problem("Request body is not valid JSON"));
    expect((await compressed(JSON.stringify({ a: "x".repeat(100_000) }))).status).toBe(413);
    const broken = await gateway.call("POST", "chat", { body: "no gzip", headers: { "content-encoding": "gzip" } });
    expect(broken.json).toEqual(problem("Request body is not valid JSON"));
    const unknown = await gateway.call("POST", "chat", { body, headers: { "content-encoding": "zstd" } });
    expect(unknown.status).toBe(415);
  });

  test("a compressed bomb costs no memory", async () => {
    const bomb = gzipSync(Buffer.alloc(256 * 1024 * 1024));
    const before = process.memoryUsage().rss;
    const answer = await gateway.call("POST", "chat", { body: bomb.subarray(0, 99_000), headers: { "content-encoding": "gzip" } });
    expect(answer.status).toBe(413);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
  });
});

describe("a client that asks before it sends its body", () => {
  const ask = (path: string, head: string) =>
    `POST /api/v2/${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\n${head}\r\n`;
  const auth = () => `Authorization: Bearer ${gateway.key}\r\n`;
  const json = (length: number) => `Content-Type: application/json\r\nContent-Length: ${length}\r\n`;

  test.each([
    ["without a key", () => ask("chat", json(2)), 401],
    ["to no endpoint", () => ask("nothing", auth() + json(2)), 404],
    ["with another type", () => ask("chat", `${auth()}Content-Type: text/plain\r\nContent-Length: 2\r\n`), 415],
    ["with too much", () => ask("chat", auth() + json(100_001)), 413],
  ])("is answered at once %s", async (_name, text, status) => {
    expect(await gateway.raw(text())).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  test("is told to go on when it may", async () => {
    const text = JSON.stringify(body);
    const socket = connect(gateway.port, "127.0.0.1", () => socket.write(ask("chat", auth() + json(text.length))));
    const [first] = (await once(socket, "data")) as [Buffer];
    expect(String(first)).toBe("HTTP/1.1 100 Continue\r\n\r\n");
    socket.write(text);
    const [second] = (await once(socket, "data")) as [Buffer];
    expect(String(second)).toMatch(/^HTTP\/1\.1 404 [^]*Chatbot not found/);
    await once(socket, "close");
  });
});

describe("requests that are not well formed", () => {
  const auth = () => `Authorization: Bearer ${gateway.key}\r\nContent-Type: application/json\r\n`;
  test.each<[string, () => string, number]>([
    ["a missing Host", () => "GET /api/v2/get-chatbots HTTP/1.1\r\n\r\n", 400],
    ["a Host with a path", () => "GET /api/v2/get-chatbots HTTP/1.1\r\nHost: x/?\r\n\r\n", 400],
    ["a Host with a fragment", () => "GET /api/v2/get-chatbots HTTP/1.1\r\nHost: x/#\r\n\r\n", 400],
    ["two Hosts", () => "GET /api/v2/get-chatbots HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400],
    ["an absolute URI", () => "GET http://x/api/v2/get-chatbots HTTP/1.1\r\nHost: x\r\n\r\n", 400],
    [
      "both lengths",
      () => `POST /api/v2/chat HTTP/1.1\r\nHost: x\r\n${auth()}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}`,
      400,
    ],
    [
      "a chunk that has no size",
      () => `POST /api/v2/chat HTTP/1.1\r\nHost: x\r\n${auth()}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n`,
      400,
    ],
    [
      "a body coded twice",
      () => `POST /api/v2/chat HTTP/1.1\r\nHost: x\r\n${auth()}Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
      400,
    ],
    ["a bare line feed", () => "GET /api/v2/get-chatbots HTTP/1.1\nHost: x\n\n", 400],
    ["17 KiB of headers", () => `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${"a".repeat(17 * 1024)}\r\n\r\n`, 431],
    ["3,000 headers", () => `GET / HTTP/1.1\r\nHost: x\r\n${"a:b\r\n".repeat(3_000)}Connection: close\r\n\r\n`, 431],
    ["two keys", () => `GET /api/v2/get-chatbots HTTP/1.1\r\nHost: x\r\n${auth()}${auth()}Connection: close\r\n\r\n`, 401],
  ])("%s is refused in the envelope", async (_name, text, status) => {
    const answer = await gateway.raw(text().replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toMatch(/x-request-id: \S+/i);
    expect(JSON.parse(answer.slice(answer.indexOf("\r\n\r\n") + 4))).toMatchObject({ status: "error" });
  });

  test("what follows a bad chunk is not taken for a request", async () => {
    const smuggled = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
    const answer = await gateway.raw(
      `POST /api/v2/chat HTTP/1.1\r\nHost: x\r\n${auth()}Transfer-Encoding: chunked\r\n\r\nzz\r\n${smuggled}`,
    );
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  const statuses = (answers: string) => [...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
  const plan = () => `GET /api/v2/current-plan HTTP/1.1\r\nHost: x\r\n${auth()}\r\n`;

  test("bytes that are no request are refused after the answers of those before them", async () => {
    expect(statuses(await gateway.raw(`${plan()}${plan()}NOISE\r\n\r\n`))).toEqual([200, 200, 400]);
  });

  test("a request with a bad body does not take the answer of the one before it", async () => {
    const bad = `POST /api/v2/chat HTTP/1.1\r\nHost: x\r\n${auth()}Transfer-Encoding: chunked\r\n\r\nzz\r\n`;
    expect(statuses(await gateway.raw(`${plan()}${bad}`))[0]).not.toBe(400);
  });

  test("a call meant for a proxy is refused in the envelope", async () => {
    expect(await gateway.raw("CONNECT x:80 HTTP/1.1\r\nHost: x:80\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 [^]*Bad request/);
  });

  test.each(["X-Original-URL", "X-Rewrite-URL", "X-HTTP-Method-Override"])("%s changes nothing", async (name) => {
    const value = name.endsWith("Override") ? "DELETE" : "/healthz";
    expect((await gateway.call("GET", "get-chatbots", { headers: { [name]: value } })).json).toMatchObject({ chatbots: [] });
  });
});

describe("paths", () => {
  test("a trailing slash is ignored", async () => {
    expect((await gateway.call("GET", "get-chatbots/")).json).toEqual({ status: "success", chatbots: [] });
  });

  test.each([
    "/api/v2",
    "/api/v2/",
    "/api/v2/nothing",
    "/api/v2//get-chatbots",
    "/api/v2/get-chatbots.",
    "/api/v2/..;/get-chatbots",
    "/api/v2/GET-CHATBOTS",
    "/api/v2/get-chatbot",
    `/api/v2/get-chatbot/${unknownId}/x`,
    "/api/v2/%67et-chatbots%00",
    "/api/v3/get-chatbots",
    "/metrics",
    "/debug",
    "/docs/package.json",
    "/docs/../package.json",
    "/docs/%2e%2e/package.json",
  ])("%s is no endpoint", async (path) => {
    const answer = await gateway.call("GET", path);
    expect([answer.status, answer.json]).toEqual([404, problem("Endpoint not found")]);
  });

  test.each(["..", "%2e%2e", "%00", "%ff", "%zz", "..%2f..%2f", "a%20b", "%25", `${unknownId}%00`, unknownId.toUpperCase()])(
    "a chatbot's id %s is answered as an unknown one",
    async (id) => {
      const answer = await gateway.call("GET", `get-chatbot/${id}`);
      expect([answer.status, answer.json]).toEqual([404, problem("Chatbot not found")]);
    },
  );

  test("a conversation's id is percent-decoded once", async () => {
    expect((await gateway.call("GET", "get-conversation/a%2Fb")).json).toEqual(problem("Conversation not found"));
    expect((await gateway.call("GET", "get-conversation/%252e")).json).toEqual(problem("Conversation not found"));
  });
});

describe("methods", () => {
  test.each(["OPTIONS", "TRACE", "PUT", "PATCH", "DELETE", "GET", "HEAD"])(
    "%s on a POST endpoint is not allowed",
    async (method) => {
      const answer = await gateway.call(method, "chat", { key: "" });
      expect([answer.status, answer.headers["allow"]]).toEqual([405, "POST"]);
    },
  );

  test("a preflight gets no CORS header", async () => {
    const headers = { origin: "https://evil.example", "access-control-request-method": "GET" };
    const answer = await gateway.call("OPTIONS", "get-chatbots", { key: "", headers });
    expect([answer.status, answer.headers["allow"], answer.json]).toEqual([405, "GET, HEAD", problem("Method not allowed")]);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  test("HEAD is GET without the body", async () => {
    const [get, head] = [await gateway.call("GET", "get-chatbots"), await gateway.call("HEAD", "get-chatbots")];
    expect([head.status, head.text, head.headers["content-length"]]).toEqual([200, "", get.headers["content-length"]]);
  });
});

describe("every answer", () => {
  test("carries a request id: the client's own when it is sane", async () => {
    const id = async (given?: string) =>
      (await gateway.call("GET", "nothing", { headers: given === undefined ? {} : { "x-request-id": given } })).headers[
        "x-request-id"
      ];
    expect(await id("trace-1.2:3")).toBe("trace-1.2:3");
    expect(await id("x".repeat(129))).toMatch(/^[0-9a-f-]{36}$/);
    expect(await id("a b")).toMatch(/^[0-9a-f-]{36}$/);
    expect(await id()).not.toBe(await id());
  });

  test("is never guessed at by a browser", async () => {
    expect((await gateway.call("GET", "get-chatbots")).headers["x-content-type-options"]).toBe("nosniff");
  });
});

describe("time", () => {
  test("a client that dawdles over its headers is answered 408 and closed", async () => {
    await using slow = await startGateway({ PARLANCE_HEADER_TIMEOUT_MS: "200", PARLANCE_BODY_TIMEOUT_MS: "200" });
    expect(await slow.raw("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ")).toMatch(/^HTTP\/1\.1 408 [^]*took too long/);
    const body = `POST /api/v2/chat HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${slow.key}\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{`;
    expect(await slow.raw(body)).toMatch(/^HTTP\/1\.1 408 /);
  });

  test("a client that dawdles over a body that was refused gets no second answer", async () => {
    await using slow = await startGateway({ PARLANCE_HEADER_TIMEOUT_MS: "200", PARLANCE_BODY_TIMEOUT_MS: "200" });
    const head = "POST /api/v2/chat HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{";
    const answers = await slow.raw(head);
    expect(answers).toMatch(/^HTTP\/1\.1 401 /);
    expect(answers.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  test("a client that leaves in the middle of its body harms nobody", async () => {
    const head = `POST /api/v2/chat HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${gateway.key}\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{`;
    const socket = connect(gateway.port, "127.0.0.1", () => socket.write(head, () => socket.destroy()));
    await once(socket, "close");
    expect((await gateway.call("GET", "get-chatbots")).status).toBe(200);
    expect(gateway.logged()).not.toContain("request failed");
  });
});

describe("pages", () => {
  test("/ names the API and /docs, and loads nothing from elsewhere", async () => {
    const { status, text, headers } = await gateway.call("GET", "/", { key: "" });
    expect([status, headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
    expect(text).toContain("/docs");
    expect(text).toContain(`curl ${gateway.base}/api/v2/`);
    expect(text.match(/(?:src|href)="(?!\/)[^"]*"/g)).toBeNull();
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
  });

  test("/ shows commands with https where a proxy ends TLS", async () => {
    const headers = { host: "bots.example.com", "x-forwarded-proto": "https" };
    const { text } = await gateway.call("GET", "/", { key: "", headers });
    expect(text).toContain("curl https://bots.example.com/api/v2/");
  });

  test.each(["/", "/docs"])("%s cannot be framed by a page of others, which could lead clicks to it", async (path) => {
    const { headers } = await gateway.call("GET", path, { key: "" });
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
  });

  test.each(["/", "/docs"])("%s says where the description is to be found before any script has run", async (path) => {
    const { text } = await gateway.call("GET", path, { key: "" });
    expect(text.match(/<main>.*<\/main>/s)?.[0]).toContain('href="/docs/openapi.yaml"');
  });

  test.each(["/docs", "/docs/openapi.yaml", "/docs/docs.js", "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js"])(
    "%s is served",
    async (path) => {
      const { status, text } = await gateway.call("GET", path, { key: "" });
      expect(status).toBe(200);
      expect(text.length).toBeGreaterThan(100);
    },
  );

  test("/healthz and /readyz say no more than they must", async () => {
    expect((await gateway.call("GET", "/healthz", { key: "" })).json).toEqual({ status: "ok" });
    expect((await gateway.call("GET", "/readyz", { key: "" })).json).toEqual({ status: "ready" });
  });
});
