import { IncomingMessage, ServerResponse } from "node:http";
import type { Express } from "express";

/**
 * Classes by which Node makes requests and responses as this app wants them. Express gives each its own prototype otherwise, which takes a
 * fortieth of the time of a request; to set the prototype that is there already costs nothing.
 */
export function expressMessages(app: Express) {
  class ExpressRequest extends IncomingMessage {}
  class ExpressResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {}
  Object.setPrototypeOf(ExpressRequest.prototype, app.request);
  Object.setPrototypeOf(ExpressResponse.prototype, app.response);
  Object.assign(app, { request: ExpressRequest.prototype, response: ExpressResponse.prototype });
  return { IncomingMessage: ExpressRequest, ServerResponse: ExpressResponse };
}
