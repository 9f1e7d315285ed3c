// node:http with a constant answer of 1 KiB.
//   node node-http-server.mjs PORT SITE "" [KEY CERT]

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";

const [, , port, , , key, cert] = process.argv;
const body = Buffer.alloc(1024, "a");
const fields = { "Content-Type": "text/plain", "Content-Length": body.length };
const answer = (_, response) => response.writeHead(200, fields).end(body);
const server = key
  ? createSecureServer({ key: readFileSync(key), cert: readFileSync(cert) }, answer)
  : createServer(answer);
server.keepAliveTimeout = 75_000;
server.listen(Number(port), "127.0.0.1");
