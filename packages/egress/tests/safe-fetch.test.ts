import { describe, expect, test, onTestFinished } from "vitest";
import { createSafeFetch } from "../src/index.ts";
import { startDns, type Zone } from "./_dns.ts";
import { allow, publicAddress, startHttp, startTcp, startTrap } from "./_servers.ts";

const blocked = { name: "EgressError", reason: "blocked" };

async function withNames(zone: Zone) {
  const dns = await startDns(zone);
  onTestFinished(() => dns.close());
  return { dns, safeFetch: createSafeFetch({ allow, resolve: [dns.address] }) };
}

const only =
  (v4: readonly string[], v6: readonly string[] = []) =>
  (type: "A" | "AAAA") =>
    type === "A" ? v4 : v6;

describe("an internal address", () => {
  test("is never connected to, in whatever notation it comes", async () => {
    const trap = await startTrap();
    const safeFetch = createSafeFetch({ allow });
    const hosts = [
      "127.0.0.1",
      "localhost",
      "localhost.",
      "127.1",
      "0x7f.1",
      "2130706433",
      "0177.0.0.1",
      "0.0.0.0",
      "１２７.0.0.1",
    ];
    for (const host of [...hosts, "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::7f00:1]"]) {
      await expect(safeFetch(`http://${host}:${trap.port}/`)).rejects.toMatchObject(blocked);
    }
    expect(trap.accepted()).toBe(0);
  });

  test("is refused behind a name, and one internal address among public ones is enough", async () => {
    const trap = await startTrap();
    const { safeFetch } = await withNames({
      "inside.example.test": only(["127.0.0.1"]),
      "mixed.example.test": only([publicAddress, "127.0.0.1"]),
      "mixed6.example.test": only([publicAddress], ["::1"]),
      "mapped.example.test": only([], ["::ffff:7f00:1"]),
      "metadata.example.test": only(["169.254.169.254"]),
    });
    for (const name of ["inside", "mixed", "mixed6", "mapped", "metadata"]) {
      const call = safeFetch(`http://${name}.example.test:${trap.port}/`);
      await expect(call).rejects.toMatchObject({ ...blocked, message: "The address does not lead to the public internet" });
    }
    expect(trap.accepted()).toBe(0);
  });

  test("is refused when a name turns to it between two look-ups, and the first look-up is what is connected to", async () => {
    const server = await startHttp((request, response) => response.end(request.headers.host));
    const trap = await startTrap({ port: server.port });
    let asked = 0;
    const { dns, safeFetch } = await withNames({
      "rebind.example.test": (type) => {
        if (type === "AAAA") return [];
        asked += 1;
        return [asked === 1 ? publicAddress : "127.0.0.1"];
      },
    });
    const url = `http://rebind.example.test:${server.port}/`;
    const answer = await safeFetch(url);
    expect(await answer.text()).toBe(`rebind.example.test:${server.port}`);
    expect(dns.asked.filter((query) => query.startsWith("A "))).toHaveLength(1);
    await expect(safeFetch(url)).rejects.toMatchObject(blocked);
    expect([server.accepted(), trap.accepted()]).toEqual([1, 0]);
  });

  test("is not looked up behind a name of an internal network when nothing is opened", async () => {
    const dns = await startDns({ mongo: only(["1.1.1.1"]), "x.svc.cluster.local": only(["1.1.1.1"]) });
    onTestFinished(() => dns.close());
    const safeFetch = createSafeFetch({ resolve: [dns.address] });
    for (const host of ["mongo", "x.svc.cluster.local"]) {
      await expect(safeFetch(`http://${host}:8080/`)).rejects.toMatchObject(blocked);
    }
    expect(dns.asked).toEqual([]);
  });

  test("behind an internal name is reached only where the setting opens it", async () => {
    const server = await startHttp((_request, response) => response.end("intranet"));
    const { safeFetch } = await withNames({ wiki: only([publicAddress]), squatted: only(["1.1.1.1"]) });
    const answer = await safeFetch(`http://wiki:${server.port}/`);
    expect(await answer.text()).toBe("intranet");
    await expect(safeFetch(`http://squatted:${server.port}/`)).rejects.toMatchObject(blocked);
  });
});

test("a name that does not exist, and a closed port, are unreachable", async () => {
  const { safeFetch } = await withNames({ "empty.example.test": only([]) });
  for (const url of ["http://none.example.test/", "http://empty.example.test/"]) {
    await expect(safeFetch(url)).rejects.toMatchObject({ reason: "unreachable", message: "The host of the address was not found" });
  }
  const server = await startHttp(() => {});
  const unused = `http://127.0.0.2:${server.port === 65_535 ? 65_534 : server.port + 1}/`;
  await expect(createSafeFetch({ allow: ["127.0.0.2"] })(unused)).rejects.toMatchObject({ reason: "unreachable" });
});

describe("redirects", () => {
  test.each([301, 302, 303, 307, 308])("a %i into an internal address is stopped before it is connected to", async (status) => {
    const trap = await startTrap();
    for (const location of [trap.url, `http://localhost:${trap.port}/`, `http://user@${publicAddress}/`, "file:///etc/passwd"]) {
      const server = await startHttp((_request, response) => response.writeHead(status, { location }).end());
      await expect(createSafeFetch({ allow })(server.url, { redirects: 3 })).rejects.toMatchObject(blocked);
    }
    expect(trap.accepted()).toBe(0);
  });

  test("a Refresh header and a meta refresh lead nowhere", async () => {
    const trap = await startTrap();
    const page = `<meta http-equiv="refresh" content="0;url=${trap.url}">`;
    const server = await startHttp((_request, response) => response.writeHead(200, { refresh: `0;url=${trap.url}` }).end(page));
    const answer = await createSafeFetch({ allow })(server.url, { redirects: 3 });
    expect(await answer.text()).toBe(page);
    expect(trap.accepted()).toBe(0);
  });

  test("are the answer itself unless they are asked for", async () => {
    const target = await startHttp((_request, response) => response.end());
    const server = await startHttp((_request, response) => response.writeHead(301, { location: target.url }).end());
    const answer = await createSafeFetch({ allow })(server.url);
    expect(answer.status).toBe(301);
    answer.close();
    expect(target.accepted()).toBe(0);
  });

  test("are followed up to the limit, relative ones and UTF-8 ones too", async () => {
    const server = await startHttp((request, response) => {
      const location = { "/": "/1", "/1": Buffer.from("/grün").toString("latin1"), "/gr%C3%BCn": "?q=2" }[request.url ?? ""];
      if (location === undefined) response.end(request.url);
      else response.writeHead(302, { location }).end();
    });
    const safeFetch = createSafeFetch({ allow });
    const answer = await safeFetch(server.url, { redirects: 3 });
    expect(await answer.text()).toBe("/gr%C3%BCn?q=2");
    expect(answer.url.href).toBe(`${server.url}/gr%C3%BCn?q=2`);
    await expect(safeFetch(server.url, { redirects: 2 })).rejects.toMatchObject({ reason: "too_many_redirects" });
  });

  test("in another charset are followed as they stand", async () => {
    const server = await startHttp((request, response) => {
      if (request.url === "/") response.writeHead(302, { location: "/gr\u00fcn" }).end();
      else response.end(request.url);
    });
    const answer = await createSafeFetch({ allow })(server.url, { redirects: 1 });
    expect(await answer.text()).toBe("/gr%FCn");
  });

  test("carry the cookies that were set on the way, to the origin that set them alone", async () => {
    const other = await startHttp((request, response) => response.end(`other: ${request.headers.cookie ?? "none"}`));
    const server = await startHttp((request, response) => {
      const { cookie = "" } = request.headers;
      const set = ["seen=1; Path=/; HttpOnly", "lang=de", "old=; Max-Age=0", "older=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"];
      if (request.url === "/away") response.writeHead(302, { location: other.url, "set-cookie": set }).end();
      else if (cookie.includes("seen=1")) response.end(cookie);
      else response.writeHead(302, { location: "/", "set-cookie": set }).end();
    });
    const safeFetch = createSafeFetch({ allow });
    expect(await (await safeFetch(server.url, { redirects: 1 })).text()).toBe("seen=1; lang=de");
    const headers = { cookie: "lang=en; old=1; older=1; sid=7" };
    expect(await (await safeFetch(server.url, { redirects: 1, headers })).text()).toBe("lang=de; sid=7; seen=1");
    expect(await (await safeFetch(`${server.url}/away`, { redirects: 1, headers })).text()).toBe("other: none");
    // Nothing is left of them for the next call.
    await expect(safeFetch(`${server.url}/`, { redirects: 0 })).resolves.toMatchObject({ status: 302 });
  });

  test("pass over cookies that cannot be sent back", async () => {
    const server = await startTcp((socket) =>
      socket.once("data", (head) => {
        const { cookie } = /^cookie: (?<cookie>.*)$/im.exec(head.toString("latin1"))?.groups ?? {};
        const body = cookie === undefined ? "" : cookie.trim();
        const status = cookie === undefined ? "302 Found\r\nlocation: /\r\nset-cookie: a=\u0001\r\nset-cookie: b=2" : "200 OK";
        socket.end(`HTTP/1.1 ${status}\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
      }),
    );
    expect(await (await createSafeFetch({ allow })(server.url, { redirects: 1 })).text()).toBe("b=2");
  });

  test("in a circle end at the limit", async () => {
    const server = await startHttp((_request, response) => response.writeHead(302, { location: "/" }).end());
    const call = createSafeFetch({ allow })(server.url, { redirects: 5 });
    await expect(call).rejects.toMatchObject({ reason: "too_many_redirects" });
    expect(server.accepted()).toBe(6);
  });

  test("to another origin carry neither credentials nor cookies nor keys of any header", async () => {
    const seen: object[] = [];
    const other = await startHttp((request, response) => {
      seen.push(request.headers);
      response.end();
    });
    const server = await startHttp((request, response) => {
      seen.push(request.headers);
      response.writeHead(302, { location: request.url === "/" ? "/same" : other.url }).end();
    });
    const headers = { authorization: "Bearer secret", cookie: "a=b", "x-api-key": "key", "user-agent": "ParlanceBot" };
    const answer = await createSafeFetch({ allow })(server.url, { redirects: 2, headers });
    answer.close();
    expect(seen[1]).toMatchObject(headers);
    expect(seen[2]).toMatchObject({ "user-agent": "ParlanceBot" });
    for (const name of ["authorization", "cookie", "x-api-key"]) expect(seen[2]).not.toHaveProperty(name);
  });

  test("never carry a body to another origin, and turn a POST into a GET where browsers do", async () => {
    const trap = await startHttp((_request, response) => response.end(), {});
    let status = 307;
    let location = trap.url;
    const server = await startHttp((request, response) => {
      if (request.url === "/next") response.end(`${request.method} ${request.headers["content-type"] ?? ""}`);
      else response.writeHead(status, { location }).end();
    });
    const post = () =>
      createSafeFetch({ allow })(server.url, {
        method: "POST",
        body: "{}",
        headers: { "content-type": "text/plain" },
        redirects: 1,
      });
    await expect(post()).rejects.toMatchObject(blocked);
    expect(trap.accepted()).toBe(0);
    location = "/next";
    expect(await (await post()).text()).toBe("POST text/plain");
    status = 303;
    expect(await (await post()).text()).toBe("GET ");
  });
});

test("the host of the request cannot be changed by a header", async () => {
  const server = await startHttp((request, response) => response.end(request.headers.host));
  const answer = await createSafeFetch({ allow })(server.url, { headers: { Host: "internal" } });
  expect(await answer.text()).toBe(`${publicAddress}:${server.port}`);
});
