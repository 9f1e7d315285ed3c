// Adds a line with the date to example.txt on a server that lends its files over HTTPS, and prints
// what stands there now. Run it twice: the second time there are two lines.
//
//   node client.mjs [URL] [CA.pem]

import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { FsError, httpsFileSystem, readText, vfsPathOf } from "ferrox";

// Where `ferrox cert`, or a server with `tls: { dev: true }`, keeps its authority on Linux.
const DEVELOPMENT_CA = join(homedir(), ".local/share/ferrox/ca.pem");

const [url = "https://localhost:8443/", ca = DEVELOPMENT_CA] = process.argv.slice(2);

const files = httpsFileSystem({
  url,
  ca: readFileSync(ca, "utf8"),
  // Asked when the server asks, and again when it has forgotten us.
  credentials: (realm) => {
    console.error(`logging in to ${realm}`);
    return { user: "user", password: "pass" };
  },
});

const path = vfsPathOf("/example.txt");
const line = Buffer.from(`${new Date().toISOString()}\n`);
try {
  await files.writer.append(path, line);
} catch (error) {
  if (!(error instanceof FsError) || error.code !== "not-found") throw error;
  // The first time there is nothing to add to. If somebody else is faster, theirs stays: "changed".
  const draft = await files.writer.write(path);
  await draft.write(line);
  await draft.commit({ expected: "nothing", modifiedMs: undefined });
}

process.stdout.write(await readText({ fileSystem: files, path }, 1024 * 1024));
files.close();
