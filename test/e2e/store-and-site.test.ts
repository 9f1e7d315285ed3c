// A folder served as it is, and the store that `ferrox compile` makes of it, side by side in one
// server: every request is answered alike. Where a store cannot, or is more exact, it is said here.

import assert from "node:assert/strict";
import { cp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import {
  type Files,
  MAIN,
  PROJECT_ROOT,
  startProgram,
  temporaryFolder,
} from "../support/program.ts";
import { runTool } from "../support/run-tool.ts";
import { ask, connect, type WireConnection } from "../support/wire-client.ts";
import type { WireResponse } from "../support/wire-response.ts";

const LONG = "Something that is worth being compressed, for it is said again. ".repeat(40);

/** Languages, types, codings that lie ready, indexes, dotfiles, odd names. */
const FIXTURE: Files = {
  "index.html": `<!doctype html><title>home</title>${LONG}`,
  "page.html": `<!doctype html><title>first</title>${LONG}`,
  "page.de.html": `<!doctype html><title>erste</title>${LONG}`,
  "page.fr.html": "<!doctype html><title>première</title>",
  "only.de.html": "<!doctype html><title>nur</title>",
  "only.fr.html": "<!doctype html><title>seul</title>",
  "text.html": `<!doctype html><title>text</title>${LONG}`,
  "text.md": `# text\n${LONG}`,
  "photo.jpg": "a picture",
  "photo.avif": "a smaller picture",
  "photo.webp": "another picture",
  "ready.css": `/* ready */ ${LONG}`,
  "ready.css.gz": gzipSync(`/* ready */ ${LONG}`),
  "sidecar.js.gz": gzipSync(`/* sidecar */ ${LONG}`),
  "small.txt": "small\n",
  "large.txt": LONG.repeat(200),
  "random.bin": Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 7919) % 251)),
  "assets/app-BkY3xQ9_.js": `console.log(1); // ${LONG}`,
  "docs/index.html": "<!doctype html><title>docs</title>",
  "docs/deep/er/page.html": "<!doctype html><title>deep</title>",
  "empty/keep.txt": "",
  "listed/b.txt": "b",
  "listed/a.txt": "a",
  ".hidden": "hidden",
  ".well-known/security.txt": "Contact: mailto:nobody@example.org\n",
  README: "read me\n",
  "a b.txt": "blank",
  "größe.txt": "umlaut",
  "100% #1?.txt": "signs",
  "[x]|^.txt": "brackets",
  "quo\"te'.txt": "quotes",
  "plus+&=;,$!.txt": "delimiters",
  "~tilde.txt": "tilde",
  "back\\slash.txt": "backslash",
  "日本語.txt": "far away",
};

const CONFIG = `server: { addr: 127.0.0.1, http_port: 0, index: true, clean_urls: CLEAN }
paths: { log_dir: logs }
headers: { X-Everywhere: "yes" }
header_rules: [{ match: "*.css", headers: { X-Style: "1" } }]
caching: [{ match: "/docs/*", cache_control: "max-age=60" }]
file_systems: { files: { kind: disk, root: www } }
routes:
  - { path: /, files: files, languages: [en, de, fr], types: [avif, webp, md] }
  - { host: store.example, path: /, precomputed: store, mode: rfc }
`;

interface Pair {
  readonly folder: string;
  asked(target: string, fields?: Readonly<Record<string, string>>, method?: string): Promise<Both>;
}

interface Both {
  readonly site: WireResponse;
  readonly store: WireResponse;
}

async function pairOf(clean: boolean, put: (www: string) => Promise<void>): Promise<Pair> {
  const config = CONFIG.replace("CLEAN", String(clean));
  const folder = await temporaryFolder({ after }, { "ferrox.yml": config, "www/.keep": "" });
  await put(join(folder, "www"));
  await compile(folder);
  // The program runs in a folder of its own; paths of a configuration count from its file.
  const server = await startProgram(
    { after },
    { args: ["--config", join(folder, "ferrox.yml")], config },
  );
  const { port } = server;
  const connections = new Map<string, WireConnection>();
  const askedOf = async (host: string, request: string, method: string) => {
    const connection = connections.get(host) ?? (await connect({ port }));
    connections.set(host, connection);
    connection.send(request);
    return connection.response(method);
  };
  return {
    folder,
    async asked(target, fields = {}, method = "GET") {
      const of = (host: string) =>
        askedOf(host, ask(target, { ...fields, Host: host }, method), method);
      return { site: await of("site.example"), store: await of("store.example") };
    },
  };
}

async function compile(folder: string, ...more: readonly string[]) {
  const args = [MAIN, "compile", join(folder, "www"), join(folder, "store")];
  const ran = await runTool(process.execPath, [...args, "-c", join(folder, "ferrox.yml"), ...more]);
  assert.equal(ran.code, 0, ran.stderr);
  return ran;
}

const fixture = async (www: string) => {
  const { mkdir } = await import("node:fs/promises");
  for (const [name, content] of Object.entries(FIXTURE)) {
    await mkdir(join(www, name, ".."), { recursive: true });
    await writeFile(join(www, name), content);
  }
};
const plain = await pairOf(false, fixture);
const clean = await pairOf(true, fixture);
const real = await pairOf(false, async (www) => {
  await cp(join(PROJECT_ROOT, "www"), www, { recursive: true });
  await cp(join(PROJECT_ROOT, "docs"), join(www, "docs"), { recursive: true });
});

/** What an answer says, but for its state's name and what only says how it came about. */
function facts({ status, fields, body }: WireResponse, method: string) {
  const coding = fields.get("content-encoding") ?? "identity";
  const shown = [
    "content-type",
    "content-language",
    "content-location",
    "location",
    "cache-control",
    "last-modified",
    "accept-ranges",
    "content-security-policy",
    "x-content-type-options",
    "x-everywhere",
    "x-style",
    "server",
  ].map((name) => `${name}: ${fields.get(name)}`);
  const text = method === "HEAD" ? "" : decoded(body, coding).toString("latin1");
  return { status, coding, shown, text };
}

function decoded(body: Buffer, coding: string): Buffer {
  if (coding === "gzip") return gunzipSync(body);
  return coding === "br" ? brotliDecompressSync(body) : body;
}

interface Doubt {
  readonly pair: Pair;
  readonly target: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly method?: string;
}

async function alike({ pair, target, fields = {}, method = "GET" }: Doubt): Promise<void> {
  const { site, store } = await pair.asked(target, fields, method);
  const [ofSite, ofStore] = [facts(site, method), facts(store, method)];
  // flashd's way: with all fields of the representation. RFC 9110 has those that renew a copy.
  if (site.status === 304) ofSite.shown.splice(0, Number.POSITIVE_INFINITY, ...ofStore.shown);
  // A listing has no tag on a site, so nothing can be said of its states; in a store it has one.
  const isConditional = fields.Range !== undefined || fields["If-None-Match"] !== undefined;
  if (isConditional && site.status === 200 && site.fields.get("etag") === undefined) {
    assert.ok([206, 304].includes(store.status), `${target} ${store.status}`);
    return;
  }
  const made = site.status === 200 && ofSite.coding !== "identity";
  // What is compressed on the fly has no parts; what was compressed beforehand has.
  if (made) ofSite.shown[6] = ofStore.shown[6] ?? "";
  // The page for people at this machine says why; what was made beforehand is for strangers.
  if (site.status >= 400) ofSite.text = ofStore.text;
  assert.deepEqual(ofStore, ofSite, `${method} ${target} ${JSON.stringify(fields)}`);
}

const WAYS: readonly Readonly<Record<string, string>>[] = [
  {},
  { "Accept-Encoding": "gzip, deflate, br" },
  { "Accept-Encoding": "gzip" },
  { "Accept-Encoding": "gzip;q=0" },
  { "Accept-Encoding": "*" },
  { "Accept-Language": "de-CH, de;q=0.9, en;q=0.5" },
  { "Accept-Language": "fr", "Accept-Encoding": "br" },
  { "Accept-Language": "es" },
  { Accept: "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8" },
  { Accept: "text/markdown, text/html;q=0.9", "Accept-Encoding": "gzip, br" },
  { Accept: "application/json" },
  { Accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" },
  { Range: "bytes=0-3" },
  { "If-None-Match": "*" },
];

const encoded = (name: string) => name.split("/").map(encodeURIComponent).join("/");

/** As browsers send them. */
const asSent = (name: string) =>
  encoded(name).replace(/%(?:21|24|26|27|28|29|2A|2B|2C|3A|3B|3D|40)/g, decodeURIComponent);

const TARGETS: readonly string[] = [
  ...Object.keys(FIXTURE).map((name) => `/${asSent(name)}`),
  "/",
  "/docs",
  "/docs/",
  "/docs/index",
  "/docs/deep",
  "/docs/deep/",
  "/docs/deep/er/page",
  "/empty",
  "/empty/",
  "/listed/",
  "/page",
  "/text",
  "/only",
  "/only.html",
  "/only.de",
  "/sidecar.js",
  "/[x]|^.txt",
  "/nothing",
  "/nothing/",
  "/page.html/",
  "/.well-known/",
];

for (const [name, pair] of [
  ["plain addresses", plain],
  ["clean addresses", clean],
] as const) {
  for (const target of TARGETS) {
    test(`${name}: ${target} is answered alike, however it is asked for`, async () => {
      for (const fields of WAYS) await alike({ pair, target, fields });
      await alike({ pair, target, method: "HEAD" });
    });
  }
}

test("this project's own site and documentation are answered alike", async () => {
  const names = await readdir(join(real.folder, "www"), { recursive: true });
  assert.ok(names.length > 30, `${names.length} names`);
  for (const name of names.filter((one) => !one.startsWith("."))) {
    for (const fields of WAYS) await alike({ pair: real, target: `/${asSent(name)}`, fields });
    await alike({ pair: real, target: `/${asSent(name)}/` });
  }
});

test("a state that was seen is not sent again: strong tags, one for each coding", async () => {
  for (const coding of ["identity", "gzip", "br"]) {
    const { store } = await plain.asked("/page.html", { "Accept-Encoding": coding });
    const tag = store.fields.get("etag") ?? "";
    assert.match(tag, /^"[\w-]{43}"$/);
    const again = { "Accept-Encoding": coding, "If-None-Match": tag };
    assert.equal((await plain.asked("/page.html", again)).store.status, 304);
    const part = await plain.asked("/page.html", {
      ...again,
      "If-None-Match": '"x"',
      Range: "bytes=0-1",
    });
    assert.equal(part.store.status, 206, "parts of what is coded, too");
  }
  const tags = new Set<string>();
  for (const coding of ["identity", "gzip", "br"]) {
    const { store } = await plain.asked("/page.html", { "Accept-Encoding": coding });
    tags.add(store.fields.get("etag") ?? "");
  }
  assert.equal(tags.size, 3);
});

test("where they differ: a query and another spelling are other targets", async () => {
  for (const target of [
    "/page.html?a",
    "/%70age.html",
    "/docs//index.html",
    "/docs/../page.html",
  ]) {
    const { site, store } = await plain.asked(target);
    assert.equal(site.status, 200, target);
    assert.equal(store.status, 404, target);
  }
});

test("where they differ: a store knows languages by their exact tags, and a refusal is one", async () => {
  const region = await plain.asked("/page.html", { "Accept-Language": "de-CH" });
  assert.equal(region.site.fields.get("content-language"), "de");
  assert.equal(region.store.fields.get("content-language"), "en");
  const refused = await plain.asked("/page.html", { "Accept-Language": "en;q=0" });
  assert.equal(refused.site.status, 200);
  assert.equal(refused.store.status, 406);
});

test("where they differ: who asks for a part and takes codings gets a part of what is coded", async () => {
  const fields = { "Accept-Encoding": "gzip", Range: "bytes=0-9" };
  const { site, store } = await plain.asked("/page.html", fields);
  assert.equal(site.fields.get("content-encoding"), undefined);
  assert.equal(store.status, 206);
  assert.equal(store.fields.get("content-encoding"), "gzip");
  assert.equal(store.body.length, 10);
});

/** With the times of directories, which listings show. */
async function copyOf(from: string, to: string): Promise<void> {
  const { code, stderr } = await runTool("cp", ["-a", from, to]);
  assert.equal(code, 0, stderr);
}

async function treeOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(folder, { recursive: true });
  const files = new Map<string, string>();
  // What was seen is for the next compilation in this place, and no part of the store.
  for (const name of names.filter((one) => one !== "seen.json").toSorted()) {
    if (!(await stat(join(folder, name))).isFile()) continue;
    files.set(name, (await readFile(join(folder, name))).toString("latin1"));
  }
  return files;
}

test("the same site gives the same bytes, also when it is compiled on top of another state", async (t) => {
  const folder = await temporaryFolder(t, { "ferrox.yml": CONFIG.replace("CLEAN", "false") });
  const www = join(folder, "www");
  await copyOf(join(plain.folder, "www"), www);
  const store = join(folder, "store");
  const first = await compile(folder);
  assert.match(first.stdout.toString(), /^\S+store: (\d+) answers, \1 of them written \(/);
  const before = await treeOf(store);
  assert.deepEqual(before, await treeOf(join(plain.folder, "store")));
  const times = await modified(store);
  const again = await compile(folder);
  assert.match(again.stdout.toString(), /answers, 0 of them written \(0 B\)/);
  assert.deepEqual(await modified(store), times, "nothing is touched");

  const at = await stat(join(www, "small.txt"));
  await writeFile(join(www, "small.txt"), "other\n");
  await rm(join(www, "photo.webp"));
  const changed = await compile(folder);
  // The text, the picture that others chose, the listing of the root is an index: unchanged.
  assert.match(changed.stdout.toString(), /, [23] of them written, 1 removed \(/);
  await writeFile(join(www, "small.txt"), "small\n");
  await utimes(join(www, "small.txt"), at.atime, at.mtime);
  const picture = join(www, "photo.webp");
  await cp(join(plain.folder, "www/photo.webp"), picture, { preserveTimestamps: true });
  await compile(folder);
  assert.deepEqual(await treeOf(store), before);
});

async function modified(folder: string): Promise<ReadonlyMap<string, number>> {
  const names = await readdir(folder, { recursive: true });
  const times = new Map<string, number>();
  for (const name of names) times.set(name, (await stat(join(folder, name))).mtimeMs);
  return times;
}

test("in JSON the same is said, and flatc reads all that is written", async (t) => {
  const folder = await temporaryFolder(t, { "ferrox.yml": CONFIG.replace("CLEAN", "false") });
  await copyOf(join(plain.folder, "www"), join(folder, "www"));
  await compile(folder, "--format", "json");
  const { readFlatBuffer } = await import("../../src/handlers/precomputed/flatbuffer.ts");
  const { readJson } = await import("../../src/handlers/precomputed/json-form.ts");
  let count = 0;
  for (const name of await readdir(join(folder, "store"))) {
    if (!/^[\w-]{43}$|^error404$/.test(name)) continue;
    const json = readJson(await readFile(join(folder, "store", name)));
    assert.deepEqual(readFlatBuffer(await readFile(join(plain.folder, "store", name))), json);
    count++;
  }
  assert.ok(count > 40, `${count} resources`);
});

for (const [why, site, store, message] of [
  ["the site is not there", "none", "store", "no such directory"],
  ["the store lies in the site", "www", "www/store", "would be served with it"],
  ["something else lies in the folder", "www", "other", "not empty, and no store"],
] as const) {
  test(`nothing is compiled when ${why}`, async (t) => {
    const folder = await temporaryFolder(t, { "www/a": "a", "other/a": "a" });
    const args = [MAIN, "compile", join(folder, site), join(folder, store)];
    const ran = await runTool(process.execPath, args);
    assert.ok(ran.code === 1 || ran.code === 2, `${ran.code}`);
    assert.ok(ran.stderr.includes(message), ran.stderr);
    assert.equal(await readFile(join(folder, "other/a"), "utf8"), "a");
  });
}
