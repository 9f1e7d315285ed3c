import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { NO_FLAGS } from "../../src/cli/config-from-arguments.ts";
import { type Loading, load } from "../../src/cli/load.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { selfSigned } from "../transport/openssl.ts";

function loadIn(cwd: string, yaml: string): Promise<Loading> {
  writeFileSync(join(cwd, "ferrox.yml"), `paths: {serve_dir: .}\n${yaml}`);
  const options = { ...NO_FLAGS, file: undefined };
  return load(options, { cwd, env: {}, nowMs: Date.now(), platform: "linux", home: cwd });
}

test("without TLS there are no keys", async (t) => {
  const loading = await loadIn(tempFolder(t), "server: {names: [a.example]}\n");
  assert.ok(loading.kind === "loaded");
  assert.equal(loading.loaded.keys, undefined);
  assert.deepEqual(loading.loaded.config.server.names, ["a.example"]);
  assert.equal(loading.loaded.mayMovePort, false, "somebody wrote the port down");
});

test("the keys come with the configuration that names them", async (t) => {
  const folder = tempFolder(t);
  const { cert, key } = selfSigned(folder, "a.example");
  writeFileSync(join(folder, "c.pem"), cert);
  writeFileSync(join(folder, "k.pem"), key);
  const yaml = "tls: {enabled: true, cert_path: c.pem, key_path: k.pem}\n";
  const loading = await loadIn(folder, yaml);
  assert.ok(loading.kind === "loaded");
  assert.deepEqual(loading.loaded.keys, {
    main: { ...loading.loaded.keys?.main, cert, key },
    others: [],
  });
});

test("what is wrong with the file comes with its places", async (t) => {
  const loading = await loadIn(tempFolder(t), "rooter: a\n");
  assert.ok(loading.kind === "problems");
  assert.deepEqual(
    loading.problems.map(({ key, place }) => [key, place.spot?.line]),
    [["rooter", 2]],
  );
});

test("a certificate that cannot be made is one line", async (t) => {
  const folder = tempFolder(t);
  writeFileSync(join(folder, ".local"), "a file where a folder is needed");
  const loading = await loadIn(folder, "tls: {enabled: true, dev: true}\n");
  assert.ok(loading.kind === "no means");
  assert.equal(loading.messages.length, 1);
  assert.doesNotMatch(loading.messages.join(), /\n/);
});
