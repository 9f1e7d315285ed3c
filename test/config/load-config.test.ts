import assert from "node:assert/strict";
import { chmodSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type LoadOptions, loadConfig } from "../../src/config/load-config.ts";
import { placeText } from "../../src/config/problem.ts";
import type { ConfigResult } from "../../src/config/read-config.ts";
import { asNobody } from "../support/as-nobody.ts";
import { tempFolder, writeTree } from "../support/temp-folder.ts";

function load(cwd: string, more: Partial<LoadOptions> = {}): ConfigResult {
  return loadConfig({
    file: "ferrox.yml",
    cwd,
    overrides: [],
    judgeCertificate: () => ({ kind: "certificate", warnings: [] }),
    hintWhenMissing: undefined,
    ...more,
  });
}

function problemOf(result: ConfigResult): string {
  assert.ok(result.kind === "problems");
  assert.equal(result.problems.length, 1);
  return result.problems.map(({ place, message }) => `${placeText(place)} ${message}`).join();
}

test("paths in a file count from its own folder", (t) => {
  const folder = tempFolder(t);
  writeTree(folder, { "conf/ferrox.yml": "paths: {serve_dir: site}\n", "conf/site/": "" });
  const result = load(folder, { file: "conf/ferrox.yml" });
  assert.ok(result.kind === "config");
  assert.equal(result.config.file, "conf/ferrox.yml");
  const site = result.config.fileSystems.get("site");
  assert.equal(site?.kind === "disk" && site.root, join(folder, "conf/site"));
});

test("a file that is not there is named, with what to do", (t) => {
  const result = load(tempFolder(t), { hintWhenMissing: "make one" });
  assert.equal(problemOf(result), "ferrox.yml no such file");
  assert.equal(result.kind === "problems" && result.problems[0]?.hint, "make one");
});

test("a folder is no file", (t) => {
  const folder = tempFolder(t);
  writeTree(folder, { "ferrox.yml/": "" });
  assert.equal(problemOf(load(folder)), "ferrox.yml is a directory, not a file");
});

test("a device that never ends is not read to its end", (t) => {
  const folder = tempFolder(t);
  symlinkSync("/dev/zero", join(folder, "ferrox.yml"));
  assert.equal(problemOf(load(folder)), "ferrox.yml is larger than any configuration");
});

test("a missing folder is told together with a misspelt word", (t) => {
  const folder = tempFolder(t);
  const text = "server: {adr: 127.0.0.1}\npaths:\n  serve_dir: nowhere\n";
  writeTree(folder, { "ferrox.yml": text });
  const result = load(folder);
  assert.ok(result.kind === "problems");
  assert.deepEqual(
    result.problems.map(({ key }) => key),
    ["server.adr", "paths.serve_dir"],
  );
});

test("one wrong route hides no other mistake of the list", (t) => {
  const folder = tempFolder(t);
  const routes = [
    "{path: docs, files: site}",
    "{path: /a}",
    "{path: /b, files: sit}",
    "{path: /x, redirect: /x}",
  ];
  const text = `paths: {serve_dir: .}\nroutes:\n${routes.map((it) => `  - ${it}\n`).join("")}`;
  writeTree(folder, { "ferrox.yml": text });
  const result = load(folder);
  assert.ok(result.kind === "problems");
  assert.deepEqual(
    result.problems.map(({ key, place }) => [key, placeText(place)]),
    [
      ["routes[0].path", "ferrox.yml:3:12"],
      ["routes[1]", "ferrox.yml:4:5"],
      ["routes[2].files", "ferrox.yml:5:23"],
      ["routes[3].redirect", "ferrox.yml:6:26"],
    ],
  );
});

test("a wrong value is told once: the default in its place is not looked at", (t) => {
  const folder = tempFolder(t);
  writeTree(folder, { "ferrox.yml": "paths:\n  serve_dir: [a]\n" });
  const result = load(folder);
  assert.ok(result.kind === "problems");
  assert.deepEqual(
    result.problems.map(({ key }) => key),
    ["paths.serve_dir"],
  );
});

test("a file that may not be read says so", (t) => {
  const folder = tempFolder(t);
  writeTree(folder, { "ferrox.yml": "server: {}\n" });
  chmodSync(join(folder, "ferrox.yml"), 0);
  const said = asNobody(() => problemOf(load(folder)));
  assert.equal(said, "ferrox.yml may not be read by this user");
});

test("bytes that are no UTF-8 are pointed at", (t) => {
  const folder = tempFolder(t);
  writeFileSync(join(folder, "ferrox.yml"), Buffer.from("headers:\n  X-A: caf\xe9\n", "latin1"));
  assert.equal(problemOf(load(folder)), "ferrox.yml:2:11 the byte 0xe9 is not UTF-8");
});

test("a replacement character that was written is a character like any other", (t) => {
  const folder = tempFolder(t);
  writeTree(folder, { "ferrox.yml": "# \ufffd\npaths: {serve_dir: .}\n" });
  assert.equal(load(folder).kind, "config");
  writeFileSync(
    join(folder, "ferrox.yml"),
    Buffer.concat([Buffer.from("# \ufffd "), Buffer.of(0xff)]),
  );
  assert.equal(problemOf(load(folder)), "ferrox.yml:1:5 the byte 0xff is not UTF-8");
});

test("text and disk are judged together: one file missing is a problem, not a start", (t) => {
  const folder = tempFolder(t);
  writeTree(folder, { "ferrox.yml": "paths: {serve_dir: www}\n" });
  assert.equal(
    problemOf(load(folder)),
    `ferrox.yml:1:20 no such directory: ${join(folder, "www")}`,
  );
});

test("warnings of both come along with a configuration", (t) => {
  const folder = tempFolder(t);
  writeTree(folder, {
    "ferrox.yml":
      "paths: {serve_dir: .}\nfile_systems: {m: {kind: memory}}\n" +
      "tls: {enabled: true, cert_path: a, key_path: b}\n",
  });
  const result = load(folder, {
    judgeCertificate: () => ({ kind: "certificate", warnings: ["a is old"] }),
  });
  assert.ok(result.kind === "config");
  assert.deepEqual(
    result.warnings.map(({ message }) => message),
    ["is used by no route", "a is old"],
  );
});

test("flags alone make a configuration", (t) => {
  const folder = tempFolder(t);
  const overrides = [{ section: "paths", word: "serve_dir", value: folder, origin: "DIR" }];
  const result = load("/", { file: undefined, overrides });
  assert.ok(result.kind === "config");
  assert.equal(result.config.log.dir, undefined);
});
