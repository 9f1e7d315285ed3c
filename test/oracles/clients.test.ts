// The same questions put by three clients who share no code: our strict reader, node:http and
// curl. All three must read the same status, the same field lines in the same order, and the same
// bytes; and keep their connection for as long as the server says.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { Agent, request as requestWithNode } from "node:http";
import { join } from "node:path";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import type { Field } from "../../src/http/fields.ts";
import { configText, type Program, startProgram } from "../support/program.ts";
import { type Random, randomFrom } from "../support/random.ts";
import { runTool } from "../support/run-tool.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { conversationWith, type Question } from "./conversation.ts";

const ROUNDS = 400;
const BIG = Buffer.alloc(300_000, "0123456789abcdef");
const PLAIN = "plain text, plain text, plain text\n".repeat(20);
const FOLDERS = ["docs", "a b", "100%", "grüße", "日本", "q?x", "h#y", "semi;colon", "'quo\"te'"];

const program: Program = await startProgram(
  { after },
  {
    config: configText("routes:\n  - { path: /old/, redirect: /docs/ }\n"),
    files: {
      "www/index.html": "home\n",
      "www/empty.txt": "",
      "www/plain.txt": PLAIN,
      "www/plain.txt.gz": gzipSync(PLAIN),
      "www/big.bin": BIG,
      "www/list/one.txt": "1",
      ...Object.fromEntries(FOLDERS.map((name) => [`www/${name}/index.html`, `in ${name}\n`])),
    },
  },
);
const conversation = conversationWith(program);
after(async () => conversation.end());

const PATHS = [
  ...["/plain.txt", "/plain.txt", "/big.bin", "/big.bin"],
  ...["/", "/index.html", "/empty.txt", "/plain.txt", "/plain.txt?v=1", "/big.bin", "/list/"],
  ...["/missing", "/old/", "/old/x?y=z", "/docs", "/docs?a=b", "/docs//index.html", "/./docs/"],
  ...["/docs/../plain.txt", "/%zz", "/../x", "/plain.txt/", "/a%2fb", "/a%20b", "/%00"],
] as const;
const METHODS = ["GET", "GET", "GET", "GET", "HEAD", "HEAD", "OPTIONS", "DELETE", "FOO"] as const;
const RANGES = [
  "bytes=0-4",
  "bytes=-3",
  "bytes=0-0,9-9,5-6",
  "bytes=5-",
  "bytes=900000-",
  "x",
] as const;

/** An answer as anybody may read it; what differs from one answer to the next is made equal. */
interface Read {
  readonly status: number;
  readonly fields: readonly Field[];
  readonly body: Buffer;
}

function comparable({ status, fields, body }: Read): unknown {
  const type = fields.find(([name]) => name === "Content-Type")?.[1] ?? "";
  const boundary = /boundary=(\w+)/.exec(type)?.[1];
  const named = (text: string) => (boundary === undefined ? text : text.replaceAll(boundary, "B"));
  const lines = fields.map(([name, value]) => [name, name === "Date" ? "now" : named(value)]);
  return { status, lines, body: named(body.toString("latin1")) };
}

function question(random: Random, etag: string): Question {
  const fields: Field[] = [];
  if (random.below(2) === 0) fields.push(["Range", random.pick(RANGES)]);
  if (random.below(5) === 0) fields.push(["If-None-Match", random.pick([etag, "*", '"other"'])]);
  if (random.below(6) === 0) fields.push(["If-Match", random.pick([etag, "*", '"other"'])]);
  if (random.below(4) === 0) fields.push(["Accept-Encoding", random.pick(["gzip", "br", "*;q=0"])]);
  if (random.below(8) === 0) fields.push(["Accept", "application/json"]);
  const [first, ...others] = PATHS;
  return { method: random.pick(METHODS), path: random.pick([first, ...others]), fields };
}

const random = randomFrom(9112);
const { fields: plainFields } = await conversation.ask({ path: "/plain.txt" });
const questions = Array.from({ length: ROUNDS }, () =>
  question(random, plainFields.get("etag") ?? ""),
);
const openedBefore = conversation.connections;
const strict: Read[] = [];
for (const asked of questions) {
  const { status, fields, body } = await conversation.ask(asked);
  strict.push({ status, fields: [...fields], body });
}
/** How many connections the answers allow: a new one behind each that says close. */
const partings = strict.filter(({ fields }) => says(fields, "Connection", "close")).length;

function says(fields: readonly Field[], name: string, value: string): boolean {
  return fields.some((field) => field[0] === name && field[1] === value);
}

function shown(round: number): string {
  return `round ${round}: ${JSON.stringify(questions[round])}`;
}

test("the questions meet every kind of answer", () => {
  const statuses = [...new Set(strict.map(({ status }) => status))].sort((a, b) => a - b);
  assert.deepEqual(statuses, [200, 204, 206, 301, 304, 308, 400, 404, 405, 406, 412, 416, 501]);
  const types = strict.flatMap(({ fields }) => fields.filter(([name]) => name === "Content-Type"));
  assert.ok(types.some(([, type]) => type.startsWith("multipart/byteranges")));
  assert.ok(strict.some(({ fields }) => says(fields, "Content-Encoding", "gzip")));
  // The last answer may part as well, and then nobody comes back.
  const opened = conversation.connections - openedBefore;
  assert.ok(opened === partings || opened === partings - 1, `${opened} opened, ${partings} closed`);
});

test(`node:http reads ${ROUNDS} answers as we do, over as few connections`, async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  after(async () => agent.destroy());
  let connections = 0;
  const { createConnection } = agent;
  agent.createConnection = (...args) => {
    connections++;
    return createConnection.apply(agent, args);
  };
  for (const [round, asked] of questions.entries()) {
    const read = await askNode(agent, asked);
    assert.deepEqual(comparable(read), comparable(strict[round] ?? read), shown(round));
  }
  assert.ok(connections <= partings + 1, `${connections} connections, ${partings} partings`);
});

function askNode(agent: Agent, { method, path, fields = [] }: Question): Promise<Read> {
  return new Promise((resolve, reject) => {
    const options = { agent, method, path, port: program.port, host: "127.0.0.1" };
    const headers = Object.fromEntries(fields);
    const asking = requestWithNode({ ...options, headers, timeout: 10_000 }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => {
        const { rawHeaders, statusCode = 0 } = answer;
        resolve({ status: statusCode, fields: pairs(rawHeaders), body: Buffer.concat(chunks) });
      });
    });
    asking.on("timeout", () => asking.destroy(new Error("no answer in time")));
    asking.on("error", reject);
    asking.end();
  });
}

function pairs(flat: readonly string[]): readonly Field[] {
  return flat.flatMap((name, at): Field[] => (at % 2 === 0 ? [[name, flat[at + 1] ?? ""]] : []));
}

test(`curl reads ${ROUNDS} answers as we do, over as few connections`, async (t) => {
  const folder = tempFolder(t);
  mkdirSync(join(folder, "answers"));
  const file = (round: number, kind: string) => join(folder, "answers", `${round}.${kind}`);
  const config = questions.map((asked, round) =>
    curlConfig(asked, { head: file(round, "head"), body: file(round, "body") }),
  );
  const { code, stdout, stderr } = await runTool("curl", ["-K", "-"], config.join("next\n"));
  assert.equal(code, 0, stderr);
  for (const [round, theirs] of strict.entries()) {
    const read = readSaved(file(round, "head"), file(round, "body"));
    assert.deepEqual(comparable(read), comparable(theirs), shown(round));
  }
  const opened = stdout.toString().trim().split("\n").map(Number);
  assert.equal(opened.length, ROUNDS);
  const connections = opened.reduce((sum, one) => sum + one, 0);
  assert.ok(connections <= partings + 1, `${connections} connections, ${partings} partings`);
});

/** One section of a curl configuration; every value in quotes, as `man curl` has it under -K. */
function curlConfig(
  { method = "GET", path, fields = [] }: Question,
  files: { readonly head: string; readonly body: string },
): string {
  const quoted = (text: string) => `"${text.replace(/["\\]/g, "\\$&")}"`;
  // Named without a value, a field that curl adds by itself is left out.
  const headers = [...fields.map(([name, value]) => `${name}: ${value}`), "User-Agent:"];
  if (!fields.some(([name]) => name === "Accept")) headers.push("Accept:");
  return [
    `url = ${quoted(program.url + path)}`,
    ...headers.map((header) => `header = ${quoted(header)}`),
    method === "HEAD" ? "head" : `request = ${method}`,
    `dump-header = ${quoted(files.head)}`,
    `output = ${quoted(files.body)}`,
    'write-out = "%{num_connects}\\n"',
    "path-as-is\ngloboff\nsilent\nshow-error\nmax-time = 20\n",
  ].join("\n");
}

function readSaved(headFile: string, bodyFile: string): Read {
  const [first = "", ...lines] = readFileSync(headFile, "latin1").trimEnd().split("\r\n");
  const fields = lines.map((line): Field => {
    const colon = line.indexOf(": ");
    return [line.slice(0, colon), line.slice(colon + 2)];
  });
  const status = Number(first.split(" ")[1]);
  // Asked with --head, curl writes the head where the body would go.
  const saved = readIfThere(bodyFile);
  const isHead = saved.equals(readFileSync(headFile));
  return { status, fields, body: isHead ? Buffer.alloc(0) : saved };
}

/** Without a body there is no file. */
function readIfThere(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      return Buffer.alloc(0);
    throw error;
  }
}

test("URL, node:http and curl follow a redirect to the same place", async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  after(async () => agent.destroy());
  for (const name of FOLDERS) {
    const path = `/${encodeURIComponent(name)}?a=b`;
    const { status, fields } = await conversation.ask({ path });
    assert.equal(status, 301, path);
    const place = new URL(fields.get("location") ?? "", program.url + path);
    assert.equal(decodeURIComponent(place.pathname), `/${name}/`);
    assert.equal(place.search, "?a=b");
    const read = await askNode(agent, { path: place.pathname + place.search });
    assert.equal(read.body.toString(), `in ${name}\n`);
    const args = ["-sS", "--globoff", "--location", "--write-out", "%{url_effective}"];
    const { stdout } = await runTool("curl", [...args, program.url + path]);
    assert.equal(stdout.toString(), `in ${name}\n${place.href}`);
  }
});
