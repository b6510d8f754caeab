import { Router, type RequestHandler } from "express";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { GatewayContext } from "../context.ts";

/** `default-src` says nothing about the last three. No page of others may frame /docs, where a click can delete a chatbot. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const require = createRequire(import.meta.url);
const swaggerFolder = dirname(require.resolve("swagger-ui-dist/package.json"));

/** Files below /docs, whence they come and what they are. Nothing is loaded from another server. */
const docsFiles = {
  "docs.js": [new URL("docs.js", import.meta.url), "text/javascript; charset=utf-8"],
  "openapi.yaml": [new URL("../../openapi.yaml", import.meta.url), "application/yaml; charset=utf-8"],
  "swagger-ui.css": [join(swaggerFolder, "swagger-ui.css"), "text/css; charset=utf-8"],
  "swagger-ui-bundle.js": [join(swaggerFolder, "swagger-ui-bundle.js"), "text/javascript; charset=utf-8"],
} as const;

/** The first page, and the description of the API for a reader. */
export function pageRoutes({ config }: Pick<GatewayContext, "config">): Router {
  const router = Router({ caseSensitive: true });
  const landing = readFileSync(new URL("index.html", import.meta.url), "utf8");
  router.get("/", (req, res) => {
    // The page goes to nobody but who asked, so that no proxy has to be trusted for it.
    const scheme = req.headers["x-forwarded-proto"] === "https" ? "https" : "http";
    const base = config.PARLANCE_PUBLIC_URL?.replace(/\/+$/, "") ?? `${scheme}://${req.headers.host ?? ""}`;
    html(landing.replaceAll("{{base}}", () => escapeHtml(base)))(req, res, () => {});
  });
  router.get("/docs", html(readFileSync(new URL("docs.html", import.meta.url), "utf8")));
  for (const [name, [path, type]] of Object.entries(docsFiles)) router.get(`/docs/${name}`, file(path, type));
  return router;
}

function html(page: string): RequestHandler {
  return (_req, res) => {
    res.setHeader("Content-Security-Policy", policy);
    res.type("html").send(page);
  };
}

/** Read when first asked for, and kept: the large ones are seldom wanted. */
function file(path: string | URL, type: string): RequestHandler {
  let content: Buffer | undefined;
  return (_req, res) => {
    content ??= readFileSync(path);
    res.setHeader("Content-Type", type);
    res.setHeader("Cache-Control", "public, max-age=3600");
    res.end(content);
  };
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
