import { IncomingMessage, ServerResponse, type OutgoingHttpHeader } from "node:http";
import type { Express } from "express";
import { added } from "./add-header.ts";

/**
 * Classes by which Node makes requests and responses as this app wants them. Express gives each its own prototype otherwise, which takes a
 * fortieth of the time of a request; to set the prototype that is there already costs nothing.
 */
export function expressMessages(app: Express, ready: () => boolean) {
  class ExpressRequest extends IncomingMessage {}
  class ExpressResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
    readonly [added]: OutgoingHttpHeader[] = [];

    /** Every answer is begun by it; Node and express themselves name no headers here. */
    override writeHead(status: number, ...named: unknown[]): this {
      if (named.length > 0) throw new TypeError("headers of an answer are set or added before it begins");
      // Whoever keeps the connection for a next request would find it closed.
      if (!ready()) this.shouldKeepAlive = false;
      return super.writeHead(status, this[added]);
    }
  }
  Object.setPrototypeOf(ExpressRequest.prototype, app.request);
  Object.setPrototypeOf(ExpressResponse.prototype, app.response);
  Object.assign(app, { request: ExpressRequest.prototype, response: ExpressResponse.prototype });
  return { IncomingMessage: ExpressRequest, ServerResponse: ExpressResponse };
}
