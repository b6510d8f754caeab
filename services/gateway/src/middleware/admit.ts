import { newUuid } from "@parlance/platform";
import type { RequestHandler, Response } from "express";
import { addHeader } from "../http/add-header.ts";
import { restErrors } from "../rest-error.ts";

const requestIdForm = /^[A-Za-z0-9._:-]{1,128}$/;
const hostForm = /^(?:[A-Za-z0-9._-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;

/**
 * The first thing every request meets: it gets its id (the client's own, when that is sane), the headers that stand on every answer,
 * and is refused when its head is not one that a correct client sends.
 */
export function admit(options: { headerLimitCount: number }): RequestHandler {
  return (req, res, next) => {
    const given = req.headers["x-request-id"];
    const requestId = typeof given === "string" && requestIdForm.test(given) ? given : newUuid();
    res.locals["requestId"] = requestId;
    addHeader(res, "X-Request-Id", requestId);
    addHeader(res, "X-Content-Type-Options", "nosniff");
    if (req.rawHeaders.length > options.headerLimitCount * 2) throw restErrors.headersTooLarge();
    // Two Host headers arrive joined by a comma, which is no host. HTTP/1.0 has none.
    const host = req.headers.host ?? (req.httpVersionMinor === 0 ? "none" : "");
    if (!hostForm.test(host) || !req.url.startsWith("/")) throw restErrors.badRequest();
    // Node lets other codings pass before the last one and does not undo them, so that the body would not be what it is taken for.
    if (!/^chunked$/i.test(req.headers["transfer-encoding"] ?? "chunked")) throw restErrors.badRequest();
    req.url = decodablePath(req.url);
    next();
  };
}

/** The id that {@link admit} gave the request. */
export function requestIdOf(res: Response): string {
  return String(res.locals["requestId"]);
}

/** A path that cannot be percent-decoded is taken letter by letter: what it names is unknown, not an error of its own. */
function decodablePath(url: string): string {
  const end = url.indexOf("?");
  const path = end === -1 ? url : url.slice(0, end);
  if (!path.includes("%")) return url;
  try {
    decodeURIComponent(path);
    return url;
  } catch {
    return path.replaceAll("%", "%25") + (end === -1 ? "" : url.slice(end));
  }
}
