import assert from "node:assert/strict";
import { test } from "node:test";
import { addressSet } from "../../src/base/ip-address.ts";
import { allowed } from "../../src/handlers/allowed.ts";
import { HttpError } from "../../src/http/http-error.ts";
import { NO_BODY, type Response } from "../../src/http/response.ts";
import { contextOf, get, LOCAL_PEER, STRANGER } from "../support/request.ts";

const FINE: Response = { status: 204, fields: [], body: NO_BODY };
const handler = allowed(() => FINE, addressSet(["127.0.0.0/8", "::1"]));

test("who is on the list is answered", async () => {
  assert.equal(await handler(get("/"), contextOf({ peer: LOCAL_PEER })), FINE);
});

test("who is not is refused, and the reason is noted", () => {
  const notes: string[] = [];
  const trace = {
    note: (where: string, decision: string) => void notes.push(`${where}: ${decision}`),
  };
  assert.throws(
    () => handler(get("/"), contextOf({ peer: STRANGER, trace })),
    (error) => error instanceof HttpError && error.status === 403,
  );
  assert.deepEqual(notes, ["handlers/allowed: 203.0.113.9 is not on the route's list → 403"]);
});
