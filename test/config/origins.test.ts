import assert from "node:assert/strict";
import { test } from "node:test";
import { placeText } from "../../src/config/problem.ts";
import { read } from "./support.ts";

const RESULT = read("server:\n  timeout: 5\n  names: [a.b]\nheaders:\n  X-A: b\n", {
  overrides: [{ section: "server", word: "addr", value: "::1", origin: "--host" }],
});

test("every value says where it comes from", () => {
  assert.ok(RESULT.kind === "config");
  const { origins } = RESULT;
  assert.equal(origins.originOf(["server", "timeout"]), "ferrox.yml:2");
  assert.equal(origins.originOf(["server", "addr"]), "--host");
  assert.equal(origins.originOf(["server", "index"]), "default");
  assert.equal(placeText(origins.placeOf(["server", "index"])), "ferrox.yml:1:1");
  assert.equal(origins.isSaid(["server", "index"]), false);
  assert.equal(origins.isSaid(["server", "addr"]), true);
});

test("settings are listed section by section, said ones first, limits with what they follow", () => {
  assert.ok(RESULT.kind === "config");
  const settings = RESULT.origins
    .settings()
    .map(({ key, value, origin }) => `${key}=${value} ${origin}`);
  assert.deepEqual(settings.slice(0, 11), [
    "server.timeout=5 ferrox.yml:2",
    "server.names[0]=a.b ferrox.yml:3",
    "server.addr=::1 --host",
    "server.http_port=80 default",
    "server.https_port=443 default",
    "server.router=static default",
    "server.index=false default",
    "server.clean_urls=false default",
    "server.fingerprints=true default",
    "server.guess_text=false default",
    "server.workers=1 default",
  ]);
  assert.ok(settings.includes("headers.X-A=b ferrox.yml:5"));
  assert.ok(settings.includes("limits.head_timeout=5 ferrox.yml:2"));
  assert.ok(settings.includes("limits.body_idle=15s default"));
  // A word that is a section of its own; a section that is off without being named has no words.
  assert.ok(settings.includes("security_headers=false default"));
  assert.ok(!settings.some((setting) => setting.startsWith("cors")));
});

test("of the hash of a password no more is shown than whether it has changed", () => {
  const hash = "$2y$05$c4WoMPo3SXsafkva.HHa6uXQZWr7oboPiC2bT/r7q1BB8I2s0BRqC";
  const result = read(`auth:\n  - {path: /, users: {alice: "${hash}"}}\n`);
  assert.ok(result.kind === "config");
  const setting = result.origins.settings().find(({ key }) => key === "auth[0].users.alice");
  assert.match(setting?.value ?? "", /^\(hash [0-9a-f]{8}\)$/);
});
