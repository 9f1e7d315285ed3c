// What other servers' own tests ask and expect: facts from test/data/peers, put to the program.
// Where we answer otherwise, the case says what and names the section that lets us; a difference
// that is none any more fails as well.

import assert from "node:assert/strict";
import { readdirSync, readFileSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { configText, type Program, startProgram } from "../support/program.ts";
import { repositoryRoot } from "../support/repository-root.ts";
import { fetchRaw } from "../support/wire-client.ts";
import type { WireResponse } from "../support/wire-response.ts";
import { positionsOf } from "./parts.ts";
import { type Expected, type PeerCase, type PeerFile, peerFileOf } from "./peer-file.ts";

const FOLDER = join(repositoryRoot(), "test", "data", "peers");

const peers = await Promise.all(
  readdirSync(FOLDER)
    .sort()
    .map(async (name) => {
      const peer = peerFileOf(JSON.parse(readFileSync(join(FOLDER, name), "utf8")));
      return { peer, program: await startPeer(peer) };
    }),
);

for (const { peer, program } of peers) {
  for (const one of peer.cases) {
    test(`${one.source}: ${one.id}`, () => judge(one, peer, program));
  }
}

async function startPeer(peer: PeerFile): Promise<Program> {
  const files = Object.entries(peer.files).map(([path, file]) => [path, contentOf(file)] as const);
  const config = configText(peer.config ?? "", `  index: true\n${peer.server ?? ""}`);
  const program = await startProgram({ after }, { config, files: Object.fromEntries(files) });
  for (const [path, { modified }] of Object.entries(peer.files)) {
    if (modified === undefined) continue;
    const time = new Date(modified);
    utimesSync(join(program.folder, path), time, time);
  }
  return program;
}

/** A text, or so many bytes of which no two neighbourhoods are alike. */
function contentOf({ text, bytes = 0 }: PeerFile["files"][string]): Buffer {
  if (text !== undefined) return Buffer.from(text);
  return Buffer.from(Array.from({ length: bytes }, (_, at) => (at * at + (at >> 4)) % 251));
}

async function judge(one: PeerCase, peer: PeerFile, program: Program): Promise<void> {
  const { ferrox, expected } = one;
  const answer = await answerTo(one, program);
  const { path } = one.ask;
  const file = peer.files[`www${path}`];
  const content = file === undefined ? Buffer.alloc(0) : contentOf(file);
  const judged = { answer, content, path };
  if (ferrox === undefined) return assertAnswer(judged, expected);
  const { why, ...ours } = ferrox;
  assert.match(why, /^RFC [0-9]+, [0-9.]+: ./);
  assertAnswer(judged, { ...(ours.status === undefined ? expected : {}), ...ours });
  assert.throws(() => assertAnswer(judged, expected), "we answer as the peer does after all");
}

/** The field lines are sent as they stand; {etag} is what the file is called without conditions. */
async function answerTo({ ask }: PeerCase, program: Program): Promise<WireResponse> {
  const { method = "GET", path, version = "1.1", fields = [] } = ask;
  const lines = fields.some(([name]) => name === "Host")
    ? fields
    : [["Host", "localhost"], ...fields];
  const text = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const etag = /\{(?:etag|opaque)\}/.test(text) ? await etagOf(program, path) : "";
  const known = text.replaceAll("{etag}", etag).replaceAll("{opaque}", etag.slice(1, -1));
  return fetchRaw(program, `${method} ${path} HTTP/${version}\r\n${known}\r\n`, method);
}

async function etagOf(program: Program, path: string): Promise<string> {
  const answer = await fetchRaw(program, `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`, "GET");
  const etag = answer.fields.get("etag") ?? "";
  assert.match(etag, /^"[^" ]+"$/);
  return etag;
}

interface Judged {
  readonly answer: WireResponse;
  /** Of the file that was asked for. */
  readonly content: Buffer;
  readonly path: string;
}

function assertAnswer({ answer, content, path }: Judged, expected: Expected): void {
  const { status, fields, ranges, body, location, links } = expected;
  if (status !== undefined) {
    assert.ok([status].flat().includes(answer.status), `${answer.status}, expected ${status}`);
  }
  for (const [name, value] of Object.entries(fields ?? {})) {
    assert.equal(answer.fields.get(name) ?? null, value, name);
  }
  if (ranges !== undefined) assert.deepEqual(positionsOf(answer, content), ranges);
  if (answer.status === 200 && content.length > 0 && body === undefined) {
    const isHead = answer.body.length === 0 && answer.framing.kind === "none";
    assert.ok(isHead || answer.body.equals(content), "the whole file");
  }
  if (typeof body === "string") assert.equal(answer.body.toString(), body);
  if (location !== undefined) assert.equal(answer.fields.get("location") ?? null, location);
  if (links !== undefined) {
    const wanted = Object.entries(links).map(([text, to]) => [text, decodeURIComponent(to)]);
    assert.deepEqual(linksIn(answer.body.toString(), path), wanted);
  }
}

/** Text and decoded path of each link to an entry, in order. */
function linksIn(html: string, path: string): readonly (readonly [string, string])[] {
  const anchors = [...html.matchAll(/<a class="[a-z]+" href="([^"]*)">(.*?)<\/a>/g)];
  return anchors.map(([, href = "", text = ""]) => {
    const { pathname } = new URL(unescaped(href), `http://localhost${path}`);
    return [unescaped(text.replace(/<[^>]*>/g, "")), decodeURIComponent(pathname)];
  });
}

const NAMED = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
]);

/** Character references as browsers read them; an unknown one stays as it is. */
function unescaped(html: string): string {
  return html.replace(/&(?:#x([0-9a-f]+)|#([0-9]+)|([a-z]+));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return NAMED.get(name) ?? whole;
    return String.fromCodePoint(hex === undefined ? Number(decimal) : Number(`0x${hex}`));
  });
}
