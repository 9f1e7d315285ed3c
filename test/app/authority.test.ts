import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { authorityOf, guardsOf } from "../../src/app/authority.ts";
import { silentLogger } from "../../src/base/logger.ts";
import { readConfig } from "../../src/config/read-config.ts";
import { fakeClock } from "../support/fake-clock.ts";
import { LOCAL_PEER } from "../support/request.ts";
import { tempFolder } from "../support/temp-folder.ts";

// bcrypt of "pw".
const HASH = "$2b$04$P72r6jpJQ6l14.3ZuwWymuuXset97vucwu9IsTeLhlA5qyjHsOYyO";

function configOf(folder: string, more: string) {
  const result = readConfig(`server: {addr: localhost}\n${more}`, "ferrox.yml", { folder });
  assert.ok(result.kind === "config");
  return result.config;
}

const PORTS = {
  clock: fakeClock(),
  log: silentLogger,
  exchanges: { record() {} },
};

test("without rules there is no authority", async (t) => {
  const config = configOf(tempFolder(t), "");
  assert.equal(await authorityOf(config, guardsOf(config, PORTS, undefined), PORTS), undefined);
});

test("users come from the file that the configuration names", async (t) => {
  const folder = tempFolder(t);
  writeFileSync(join(folder, ".users"), `alice:${HASH}\n`);
  const config = configOf(folder, "auth:\n  - {path: /a, users_file: .users}\n");
  const made = await authorityOf(config, guardsOf(config, PORTS, undefined), PORTS);
  const keeper = made?.doorkeeperOf({ host: undefined, path: "/a/" });
  assert.equal(await keeper?.check({ user: "alice", password: "pw" }, LOCAL_PEER), "alice");
  assert.equal(made?.doorkeeperOf({ host: undefined, path: "/b/" }), undefined);
});

test("guards go on over a reload as long as their numbers stay", (t) => {
  const folder = tempFolder(t);
  const first = guardsOf(configOf(folder, "limits: {auth_failures: 3}"), PORTS, undefined);
  const same = configOf(folder, "limits: {auth_failures: 3, head_timeout: 1s}");
  assert.equal(guardsOf(same, PORTS, first), first);
  for (const change of [
    "auth_failures: 4",
    "auth_failures: 3, auth_window: 1h",
    "auth_checks: 1",
  ]) {
    const other = configOf(folder, `limits: {${change}}`);
    assert.notEqual(guardsOf(other, PORTS, first), first, change);
  }
});
