import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { createSafeFetch } from "../src/index.ts";
import { allow, startHttp, startTcp } from "./_servers.ts";

const safeFetch = createSafeFetch({ allow });
const mebibyte = 1024 * 1024;

const packers: [encoding: string, pack: (data: Buffer) => Buffer][] = [
  ["gzip", gzipSync],
  ["deflate", deflateSync],
  ["deflate", deflateRawSync],
  ["br", (data) => brotliCompressSync(data, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } })],
  ["zstd", zstdCompressSync],
];

/** With all that the head of a gzip file may hold: more fields, a name, a comment and a checksum. */
function withGzipHead(packed: Buffer): Buffer {
  const head = Buffer.from(packed.subarray(0, 10));
  head.writeUInt8(0x1e, 3);
  return Buffer.concat([head, Buffer.from("\u0003\0abcname\0comment\0??", "latin1"), packed.subarray(10)]);
}

describe("a packed body", () => {
  test.each(packers)("%s is unpacked", async (encoding, pack) => {
    const text = "Grüße! ".repeat(10_000);
    const server = await startHttp((request, response) => {
      expect(request.headers["accept-encoding"]).toContain(encoding);
      response.writeHead(200, { "content-encoding": encoding }).end(pack(Buffer.from(text)));
    });
    expect(await (await safeFetch(server.url)).text()).toBe(text);
  });

  test.each(packers)("%s is counted unpacked", async (encoding, pack) => {
    const packed = pack(Buffer.from(Array.from({ length: 100_000 }, (_, i) => String(i * 7919)).join(" ")));
    const server = await startHttp((_request, response) => response.writeHead(200, { "content-encoding": encoding }).end(packed));
    const answer = await safeFetch(server.url, { maxBytes: 500_000 });
    await expect(answer.bytes()).rejects.toMatchObject({ reason: "too_large" });
  });

  test.each(packers)("%s that is a bomb is cut long before its limit", async (encoding, pack) => {
    const bomb = pack(Buffer.alloc(32 * mebibyte));
    const server = await startHttp((_request, response) => response.writeHead(200, { "content-encoding": encoding }).end(bomb));
    const answer = await safeFetch(server.url, { maxBytes: 1024 * mebibyte });
    let read = 0;
    const reading = async () => {
      for await (const piece of answer.body) read += piece.length;
    };
    await expect(reading()).rejects.toMatchObject({ reason: "too_large" });
    expect(read).toBeLessThan(8 * mebibyte);
  });

  test("is unpacked up to where it says that it ends, whatever stands behind that or is missing", async () => {
    const text = Array.from({ length: 20_000 }, (_, i) => String(i * 7919)).join(" ");
    const [gzip, deflate] = [gzipSync(text), deflateSync(text)];
    const damaged = (packed: Buffer) => Buffer.concat([packed.subarray(0, -2), Buffer.from("??")]);
    const junk = Buffer.from("<!-- 12 ms -->");
    const bodies: [encoding: string, packed: Buffer][] = [
      ["gzip", gzip.subarray(0, -8)],
      ["gzip", gzip.subarray(0, -3)],
      ["gzip", damaged(gzip)],
      ["gzip", Buffer.concat([gzip, junk])],
      ["gzip", withGzipHead(gzip)],
      ["deflate", deflate.subarray(0, -4)],
      ["deflate", damaged(deflate)],
      ["deflate", Buffer.concat([deflate, junk])],
      ["deflate", Buffer.concat([deflateRawSync(text), junk])],
    ];
    for (const [encoding, packed] of bodies) {
      const server = await startHttp((_request, response) => {
        response.writeHead(200, { "content-encoding": encoding });
        // Its head comes in pieces.
        for (const byte of packed.subarray(0, 30)) response.write(Buffer.of(byte));
        response.end(packed.subarray(30));
      });
      expect((await (await safeFetch(server.url)).text()) === text).toBe(true);
    }
  });

  test.each(packers)("%s that was cut before its end is a fault of the answer", async (encoding, pack) => {
    const packed = pack(Buffer.from(Array.from({ length: 20_000 }, (_, i) => String(i * 7919)).join(" ")));
    const server = await startHttp((_request, response) =>
      response.writeHead(200, { "content-encoding": encoding }).end(packed.subarray(0, packed.length / 2)),
    );
    await expect((await safeFetch(server.url)).bytes()).rejects.toMatchObject({ reason: "protocol" });
  });

  test.each(["gzip", "deflate", "br", "zstd"])("%s that is something else is a fault of the answer", async (encoding) => {
    const server = await startHttp((_request, response) =>
      response.writeHead(200, { "content-encoding": encoding }).end("\u0008plain text"),
    );
    await expect((await safeFetch(server.url)).bytes()).rejects.toMatchObject({ reason: "protocol" });
  });

  test("of an unknown kind, or packed again and again, is a fault of the answer", async () => {
    for (const encoding of ["compress", "gzip, gzip, gzip"]) {
      const server = await startHttp((_request, response) => response.writeHead(200, { "content-encoding": encoding }).end("x"));
      await expect((await safeFetch(server.url)).bytes()).rejects.toMatchObject({ reason: "protocol" });
    }
  });

  test.each(["utf-8", "none", "aws-chunked", "gzip, utf-8"])(
    "is left as it is where %s names no way of packing",
    async (encoding) => {
      const body = encoding.startsWith("gzip") ? gzipSync("Boats.") : "Boats.";
      const server = await startHttp((_request, response) => response.writeHead(200, { "content-encoding": encoding }).end(body));
      expect(await (await safeFetch(server.url)).text()).toBe("Boats.");
    },
  );

  test("packed twice is unpacked twice, and an empty one is empty", async () => {
    const twice = await startHttp((_request, response) =>
      response.writeHead(200, { "content-encoding": "gzip, br" }).end(brotliCompressSync(gzipSync("hello"))),
    );
    expect(await (await safeFetch(twice.url)).text()).toBe("hello");
    const empty = await startHttp((_request, response) => response.writeHead(200, { "content-encoding": "gzip" }).end());
    expect(await (await safeFetch(empty.url)).text()).toBe("");
    expect(await (await safeFetch(empty.url, { method: "HEAD" })).text()).toBe("");
  });
});

describe("an answer without end", () => {
  test("in its body is cut at the limit, and the connection with it", async () => {
    const closed = Promise.withResolvers<void>();
    const server = await startTcp((socket) => {
      socket.on("close", () => closed.resolve());
      socket.write("HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n");
      const more = () => {
        while (socket.writable && socket.write(Buffer.alloc(65_536, 97)));
      };
      socket.on("drain", more);
      more();
    });
    const answer = await safeFetch(server.url, { maxBytes: mebibyte });
    await expect(answer.bytes()).rejects.toMatchObject({ reason: "too_large" });
    await expect(closed.promise).resolves.toBeUndefined();
  });

  test("that says how large it is, is not read at all", async () => {
    const server = await startHttp((_request, response) => {
      response.writeHead(200, { "content-length": 2 * mebibyte });
      response.write("x");
    });
    const answer = await safeFetch(server.url, { maxBytes: mebibyte });
    await expect(answer.bytes()).rejects.toMatchObject({ reason: "too_large" });
  });

  test("in its headers is cut", async () => {
    const server = await startTcp((socket) => {
      socket.write("HTTP/1.1 200 OK\r\n");
      const more = () => {
        while (socket.writable && socket.write(`x-filler: ${"a".repeat(1_000)}\r\n`));
      };
      socket.on("drain", more);
      more();
    });
    const head = { reason: "protocol", message: "The head of the answer is too large" };
    await expect(safeFetch(server.url)).rejects.toMatchObject(head);
  });

  test("in interim answers is cut in time", async () => {
    const server = await startTcp((socket) => {
      const more = () => {
        while (socket.writable && socket.write("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(100)));
      };
      socket.on("drain", more);
      more();
    });
    await expect(safeFetch(server.url, { firstByteTimeoutMs: 200 })).rejects.toMatchObject({ reason: "timeout" });
  });
});

describe("a slow answer", () => {
  test("that never begins ends when the time for the first byte is over", async () => {
    const silent = await startHttp(() => {});
    const call = safeFetch(silent.url, { firstByteTimeoutMs: 100 });
    await expect(call).rejects.toMatchObject({ reason: "timeout", message: "The answer did not begin in time" });
  });

  test("whose headers come but no body ends then, too", async () => {
    const server = await startHttp((_request, response) => response.flushHeaders());
    const answer = await safeFetch(server.url, { firstByteTimeoutMs: 100 });
    await expect(answer.bytes()).rejects.toMatchObject({ reason: "timeout", message: "The answer did not begin in time" });
  });

  test("that drips byte by byte ends when the whole time is over", async () => {
    const server = await startHttp((_request, response) => {
      const dripping = setInterval(() => response.write("x"), 10);
      response.on("close", () => clearInterval(dripping));
    });
    const answer = await safeFetch(server.url, { totalTimeoutMs: 300 });
    await expect(answer.bytes()).rejects.toMatchObject({ reason: "timeout", message: "The answer took too long" });
  });

  test("counts redirects into the whole time", async () => {
    const server = await startHttp((_request, response) => {
      setTimeout(() => response.writeHead(302, { location: "/" }).end(), 60);
    });
    await expect(safeFetch(server.url, { totalTimeoutMs: 300, redirects: 1_000 })).rejects.toMatchObject({ reason: "timeout" });
  });

  test("of the name server ends when the time to connect is over", async () => {
    const never = createSafeFetch({ allow, resolve: () => new Promise(() => {}) });
    await expect(never("http://example.org/", { connectTimeoutMs: 50 })).rejects.toMatchObject({
      reason: "timeout",
      message: "The address could not be reached in time",
    });
  });

  test("that redirects to where nobody follows does not keep its connection", async () => {
    const closed = Promise.withResolvers<void>();
    const server = await startHttp((_request, response) => {
      response.on("close", () => closed.resolve());
      response.writeHead(302, { location: "http://[" }).write("x");
    });
    await expect(safeFetch(server.url, { redirects: 1 })).rejects.toMatchObject({ reason: "protocol" });
    await expect(closed.promise).resolves.toBeUndefined();
  });

  test("that nobody reads does not keep its connection", async () => {
    const closed = Promise.withResolvers<void>();
    const server = await startHttp((_request, response) => {
      response.on("close", () => closed.resolve());
      response.write("x");
    });
    await safeFetch(server.url, { totalTimeoutMs: 200 });
    await expect(closed.promise).resolves.toBeUndefined();
  });
});

describe("the caller", () => {
  test("ends a call at once, before and while the body comes, with its own reason", async () => {
    const closed = Promise.withResolvers<void>();
    const server = await startHttp((_request, response) => {
      response.on("close", () => closed.resolve());
      response.write("x");
    });
    const reason = new Error("left");
    await expect(safeFetch(server.url, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(server.accepted()).toBe(0);
    const control = new AbortController();
    const answer = await safeFetch(server.url, { signal: control.signal });
    const reading = async () => {
      for await (const piece of answer.body) control.abort(piece.length > 0 ? reason : undefined);
    };
    await expect(reading()).rejects.toBe(reason);
    await expect(closed.promise).resolves.toBeUndefined();
  });

  test("ends the connection by leaving the loop over the body", async () => {
    const closed = Promise.withResolvers<void>();
    const server = await startHttp((_request, response) => {
      response.on("close", () => closed.resolve());
      response.write("x");
    });
    const answer = await safeFetch(server.url);
    for await (const piece of answer.body) if (piece.length > 0) break;
    await expect(closed.promise).resolves.toBeUndefined();
  });
});

describe("an answer of a server of old", () => {
  const page = "Boats.";
  const length = `content-length: ${page.length}`;
  test.each([
    ["that ends lines with a line feed alone", `HTTP/1.1 200 OK\n${length}\n\n${page}`],
    ["that folds a header", `HTTP/1.1 200 OK\r\ncontent-type: text/plain;\r\n charset=utf-8\r\n${length}\r\n\r\n${page}`],
    ["that has a control character in a header", `HTTP/1.1 200 OK\r\nx-note: a\u0001b\r\n${length}\r\n\r\n${page}`],
    [
      "that comes in chunks and says a length, too",
      `HTTP/1.1 200 OK\r\n${length}\r\ntransfer-encoding: chunked\r\n\r\n6\r\n${page}\r\n0\r\n\r\n`,
    ],
    ["that is longer than it says", `HTTP/1.1 200 OK\r\n${length}\r\n\r\n${page}And more.`],
    ["that lets a request without a body go on", `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n${length}\r\n\r\n${page}`],
    [
      "that has a long head",
      `HTTP/1.1 200 OK\r\ncontent-security-policy: ${"https://cdn.example.com ".repeat(1_500)}\r\n${length}\r\n\r\n${page}`,
    ],
  ])("%s is read as browsers do", async (_, answer) => {
    const server = await startTcp((socket) => socket.once("data", () => socket.end(answer)));
    expect(await (await safeFetch(server.url)).text()).toBe(page);
  });

  test.each([
    ["in the middle of a chunk", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n6\r\nBoa"],
    ["before the last chunk", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n6\r\nBoats.\r\n"],
    ["in its head", "HTTP/1.1 200 OK\r\ncontent-type: te"],
    ["before it begins", ""],
  ])("that ends %s is not whole", async (_, answer) => {
    const server = await startTcp((socket) => socket.once("data", () => socket.end(answer)));
    await expect(safeFetch(server.url).then((got) => got.bytes())).rejects.toMatchObject({ reason: "unreachable" });
  });
});

test("an answer that changes the protocol ends the call at once", async () => {
  const head = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
  const server = await startTcp((socket) => void socket.once("data", () => socket.write(head)));
  await expect(safeFetch(server.url)).rejects.toMatchObject({ reason: "protocol", message: "The answer is not valid HTTP" });
});

test("what is no HTTP, and a connection cut in the middle, are told apart", async () => {
  const nonsense = await startTcp((socket) => socket.end("SSH-2.0-OpenSSH_9.9\r\n"));
  await expect(safeFetch(nonsense.url)).rejects.toMatchObject({ reason: "protocol" });
  const garbled = await startTcp((socket) => socket.end("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nBoats.\r\n"));
  await expect(safeFetch(garbled.url).then((answer) => answer.bytes())).rejects.toMatchObject({ reason: "protocol" });
  const cut = await startHttp((_request, response) => {
    response.writeHead(200, { "content-length": 100 });
    response.write("half", () => response.destroy());
  });
  await expect(safeFetch(cut.url).then((answer) => answer.bytes())).rejects.toMatchObject({ reason: "unreachable" });
});

test("a type that lies, and 20 MB on one line, meet the same limit", async () => {
  const server = await startHttp((_request, response) => {
    response.writeHead(200, { "content-type": "text/html" }).end(Buffer.alloc(20 * mebibyte, 97));
  });
  await expect((await safeFetch(server.url)).bytes()).rejects.toMatchObject({ reason: "too_large" });
});
