// One request head, parsed by us, by the parser inside Node and by one in JavaScript. All of them
// are asked for the same: method, target, every field, and where the head ends.

import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { npmPackage } from "./cache.mjs";

export async function parsers(build, head) {
  return [await ours(build, head), nodes(head), await inJavaScript(head)];
}

async function ours(build, head) {
  const load = (name) => import(pathToFileURL(join(build, "http1", name)).href);
  const { parseHead } = await load("head-parser.js");
  const { DEFAULT_HTTP1_LIMITS } = await load("limits.js");
  const act = () => {
    const parsed = parseHead(head, 0, 0, DEFAULT_HTTP1_LIMITS);
    if (parsed.kind !== "head" || parsed.length !== head.length) throw new Error("not parsed");
  };
  return { name: "parse: Ferrox", act };
}

/** llhttp, through the binding that node:http uses. Not promised by Node. */
function nodes(head) {
  const name = "parse: node's HTTPParser";
  const missing = "process.binding('http_parser') is not to be had in this Node";
  const HTTPParser = privateParser();
  if (typeof HTTPParser?.prototype?.execute !== "function") return { name, missing };
  const parser = new HTTPParser();
  let complete = 0;
  parser.initialize(HTTPParser.REQUEST, {});
  parser[HTTPParser.kOnHeadersComplete] = () => {
    complete++;
  };
  const act = () => {
    const before = complete;
    const count = parser.execute(head);
    if (count !== head.length || complete === before) throw new Error("not parsed");
  };
  return { name, act };
}

function privateParser() {
  process.noDeprecation = true; // it is said above, and once is enough
  try {
    return process.binding("http_parser").HTTPParser;
  } catch {
    return undefined; // some later Node; the caller says so
  } finally {
    process.noDeprecation = false;
  }
}

async function inJavaScript(head) {
  const name = "parse: http-parser-js";
  const { folder, missing } = npmPackage("http-parser-js");
  if (missing !== undefined) return { name, missing };
  const { HTTPParser } = createRequire(join(folder, "package.json"))(folder);
  const parser = new HTTPParser(HTTPParser.REQUEST);
  let complete = 0;
  parser[HTTPParser.kOnHeadersComplete] = () => {
    complete++;
  };
  const act = () => {
    const before = complete;
    parser.execute(head);
    if (complete === before) throw new Error("not parsed");
  };
  return { name, act };
}
