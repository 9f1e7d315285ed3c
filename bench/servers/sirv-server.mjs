// sirv, in production form: it looks at the folder once.
//   node sirv-server.mjs PORT SITE PACKAGE [KEY CERT]

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { createRequire } from "node:module";
import { join } from "node:path";

const [, , port, site, folder, key, cert] = process.argv;
const sirv = createRequire(join(folder, "package.json"))(folder);
const answer = sirv(site, { etag: true, gzip: true, brotli: true });
const server = key
  ? createSecureServer({ key: readFileSync(key), cert: readFileSync(cert) }, answer)
  : createServer(answer);
server.listen(Number(port), "127.0.0.1");
