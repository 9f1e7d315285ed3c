// The limits of WebDAV on the real program, a part of the table in limits.test.ts.

import assert from "node:assert/strict";
import type { LimitName } from "../../src/base/limit-watch.ts";
import type { WebdavLimitWords } from "../../src/config/schema-webdav.ts";
import { configText, eventually, type Program, startProgram } from "../support/program.ts";
import type { Cleanup } from "../support/temp-folder.ts";
import { ask, fetchRaw } from "../support/wire-client.ts";
import type { WireResponse } from "../support/wire-response.ts";

function started(t: Cleanup, limits: string): Promise<Program> {
  const memory = "file_systems: { box: { kind: memory, writable: true } }\n";
  const routes =
    "routes:\n  - { path: /metrics, metrics: true }\n  - { path: /box/, files: box, webdav: true }\n";
  return startProgram(t, { config: configText(`limits: { ${limits} }\n${memory}${routes}`) });
}

function send(program: Program, line: string, body = "", depth = "0"): Promise<WireResponse> {
  const [method = "", path = ""] = line.split(" ");
  const fields = { Depth: depth, "Content-Length": String(body.length) };
  return fetchRaw(program, ask(path, fields, method) + body);
}

async function counted(program: Program, limit: LimitName): Promise<void> {
  await eventually(`${limit} being counted`, async () => {
    const page = (await send(program, "GET /metrics")).body.toString();
    const names = [...page.matchAll(/^ferrox_refusals_total\{limit="(\w+)"\} [1-9]/gm)];
    return names.map(([, name]) => name).join() === limit ? true : undefined;
  });
}

const LOCK_INFO =
  '<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope>' +
  "<D:locktype><D:write/></D:locktype></D:lockinfo>";
const update = (inner: string) =>
  `<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop>${inner}</D:prop></D:set></D:propertyupdate>`;

/** The second lock is one too many. */
function lockLimit(limit: "dav_locks" | "dav_locks_per_user", status: number) {
  return async (t: Cleanup): Promise<void> => {
    const program = await started(t, `${limit}: 1`);
    assert.equal((await send(program, "LOCK /box/a", LOCK_INFO)).status, 201);
    assert.equal((await send(program, "LOCK /box/b", LOCK_INFO)).status, status);
    assert.equal((await send(program, "GET /box/b")).status, 404);
    await counted(program, limit);
  };
}

function propertyLimit(limit: "dav_properties" | "dav_property_bytes", bound: string) {
  return async (t: Cleanup): Promise<void> => {
    const program = await started(t, `${limit}: ${bound}`);
    assert.equal((await send(program, "PUT /box/a", "x")).status, 201);
    const answer = await send(program, "PROPPATCH /box/a", update('<a xmlns="u"/><b xmlns="u"/>'));
    assert.match(answer.body.toString(), /507 Insufficient Storage/);
    await counted(program, limit);
  };
}

type Case = (t: Cleanup) => Promise<void>;

export const WEBDAV_LIMIT_CASES: Readonly<Record<keyof WebdavLimitWords, Case>> = {
  dav_locks: lockLimit("dav_locks", 503),
  dav_locks_per_user: lockLimit("dav_locks_per_user", 507),
  dav_properties: propertyLimit("dav_properties", "1"),
  dav_property_bytes: propertyLimit("dav_property_bytes", "20B"),

  async dav_xml_bytes(t) {
    const program = await started(t, "dav_xml_bytes: 1KiB");
    const { status } = await send(program, "PROPFIND /box/", `<a>${"x".repeat(1024)}</a>`);
    assert.equal(status, 413);
    await counted(program, "dav_xml_bytes");
  },

  async dav_tree_entries(t) {
    const program = await started(t, "dav_tree_entries: 1");
    for (const name of ["a", "b"]) await send(program, `PUT /box/${name}`, "x");
    const answer = await send(program, "PROPFIND /box/", "", "infinity");
    assert.equal(answer.status, 403);
    assert.match(answer.body.toString(), /propfind-finite-depth/);
    await counted(program, "dav_tree_entries");
  },

  async dav_lock_timeout(t) {
    const program = await started(t, "dav_lock_timeout: 1s");
    const answer = await send(program, "LOCK /box/a", LOCK_INFO);
    assert.match(answer.body.toString(), /<D:timeout>Second-1<\/D:timeout>/);
    await eventually("the end of the lock", async () =>
      (await send(program, "PUT /box/a", "x")).status === 204 ? true : undefined,
    );
  },
};
