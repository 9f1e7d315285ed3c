// Only for some: a route's `allow` list, by the client's address. Says 403 to everybody else,
// before the handler behind has looked at anything.

import type { AddressSet } from "../base/ip-address.ts";
import type { Handler } from "../http/handler.ts";
import { HttpError } from "../http/http-error.ts";

export function allowed(handler: Handler, addresses: AddressSet): Handler {
  return (request, context) => {
    const { address } = context.peer;
    if (!addresses.has(address)) {
      context.trace?.note("handlers/allowed", `${address} is not on the route's list → 403`);
      throw new HttpError(403, "this address is not on the route's list");
    }
    return handler(request, context);
  };
}
