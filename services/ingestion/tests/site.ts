import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Site extends AsyncDisposable {
  /** Without a slash at the end. */
  base: string;
  /** Paths asked for, in order, robots.txt left out. */
  asked: string[];
  /** Cookies of those requests. */
  cookies: (string | undefined)[];
  /** What a path answers with; may be changed at any time. A path that is not here answers 404. */
  pages: Map<string, SitePage>;
}

export type SitePage =
  | { type?: string; body: string | Uint8Array; status?: number; headers?: Record<string, string> }
  | ((request: IncomingMessage, response: ServerResponse) => void);

/** A web site on a free port of this machine. */
export async function startSite(pages: Record<string, SitePage> = {}): Promise<Site> {
  const site = { asked: [] as string[], cookies: [] as (string | undefined)[], pages: new Map(Object.entries(pages)) };
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    if (path !== "/robots.txt") {
      site.asked.push(path);
      site.cookies.push(request.headers.cookie);
    }
    const page = site.pages.get(path) ?? { status: 404, body: "" };
    if (typeof page === "function") return page(request, response);
    response.writeHead(page.status ?? 200, { "content-type": page.type ?? "text/html; charset=utf-8", ...page.headers });
    response.end(page.body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    ...site,
    base: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A page with what stands around the text of most pages. */
export function htmlPage(title: string, main: string): SitePage {
  const body = `<!doctype html><html><head><title>${title}</title></head><body>
    <nav><a href="/">Home</a> <a href="/shop">Shop</a></nav><main>${main}</main><footer>Imprint of the shop</footer></body></html>`;
  return { body };
}
