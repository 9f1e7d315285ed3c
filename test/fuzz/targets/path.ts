// Request targets and hosts: what is taken has one meaning and stays below the root, whoever
// reads it next.

import assert from "node:assert/strict";
import { isIPv6 } from "node:net";
import { join } from "node:path";
import { parseAuthority } from "../../../src/http/authority.ts";
import { encodePath } from "../../../src/http/percent.ts";
import { parseTarget } from "../../../src/http/target.ts";
import { vfsPathOf } from "../../../src/vfs/path.ts";
import { cutOf, REFUSALS } from "../../oracles/target-rules.ts";
import { type Material, mutated, randomOf } from "../mutation.ts";
import type { FuzzTarget } from "../target.ts";

const MATERIAL: Material = {
  corpus: [
    ...(["/", "/a/b.txt", "/a/../b", "/a/./b/", "//a//b", "/%61%2Fb?x=%zz&y", "*"] as const),
    ...["http://host/a", "HTTPS://Host:8080/a/../b?q", "http://[::1]:80/", "/d%C3%BCr/%E6%97%A5"],
    ...["http://a%20b/", "/.well-known/x", "/a/..%2f..%2fetc/passwd", "/%ff%fe/%00", "http://h?q"],
    ...["/..;/x", "/%2e%2e/x", "/a/%2e/b", "/....//x", "http://[v1.a:b]/", "http://[1::2.3.4.5]"],
  ],
  words: [
    ...(["..", "/..", "../", "%2e", "%2E%2e", "/", "//", "%2f", "%5c", "\\", "%00", "%"] as const),
    ...["%c0%ae", "%ed%b0%af", "%25", "%252e", "?", "#", "@", ":", "[", "]", "::", "http://", ";"],
    ...["\xff", "%FF", "%dc%2f", ".", "/.", "./", "65536", "%ef%bb%bf", "%E2%80%AE", " "],
  ],
  codeMax: 255,
};

interface Input {
  readonly raw: string;
  readonly method: string;
}

function inputOf(seed: number): Input {
  const random = randomOf(seed);
  return { raw: mutated(random, MATERIAL), method: random.pick(["GET", "OPTIONS"]) };
}

export const pathTarget: FuzzTarget = {
  name: "path",
  shown(seed) {
    const { raw, method } = inputOf(seed);
    return `${method} ${JSON.stringify(raw)}`;
  },
  run(seed) {
    const { raw, method } = inputOf(seed);
    hosts(raw.replace(/^[^/]*\/\//, "").replace(/[/?].*$/s, ""));
    const parsed = parseTarget(raw, method);
    const cut = cutOf(raw);
    // Our one form for it; the tables know the others.
    if (raw === "*") assert.equal(parsed.kind, method === "OPTIONS" ? "target" : "malformed");
    else
      assert.equal(
        parsed.kind === "malformed",
        REFUSALS.some(({ holds }) => holds(cut)),
      );
    if (parsed.kind === "malformed" || parsed.target.kind === "asterisk") return;
    const { path, query } = parsed.target;
    assert.equal(query, cut.query ?? "");
    staysInside(path);
    // Its own spelling leads to the same place, and to no other host.
    const spelt = encodePath(path);
    const again = parseTarget(spelt, method);
    assert.ok(again.kind === "target" && again.target.kind === "path", spelt);
    assert.equal(again.target.path, path);
    assert.equal(new URL(spelt, "http://here.example/").host, "here.example");
  },
};

function staysInside(path: string): void {
  const segments = path.split("/");
  assert.equal(segments[0], "");
  assert.ok(!segments.includes("..") && !segments.includes("."), "a dot segment is left");
  assert.ok(!path.includes("\0"), "a NUL is left");
  assert.ok(!path.includes("//"), "an empty segment is left");
  const inFiles = vfsPathOf(path);
  assert.ok(inFiles !== undefined, "no name of a file");
  const onDisk = join("/root", inFiles);
  assert.ok(onDisk === "/root/" || onDisk.startsWith("/root/"), onDisk);
}

function hosts(text: string): void {
  const authority = parseAuthority(text);
  if (authority === undefined) return;
  const { host, port } = authority;
  assert.ok(host !== "" && host === host.toLowerCase(), host);
  assert.ok(port === undefined || (port >= 0 && port <= 65_535), `port ${port}`);
  assert.doesNotMatch(host, /[\s/?#@\\]/);
  const literal = /^\[(?!v)(.*)\]$/.exec(host)?.[1];
  if (literal !== undefined) assert.ok(isIPv6(literal), host);
  assert.deepEqual(parseAuthority(port === undefined ? host : `${host}:${port}`), authority);
}
