// The Dockerfile. What can be read from it is judged; what it builds is put together by hand from
// its own lines, and run as Docker would with --read-only --cap-drop=ALL: in a root of its own that
// cannot be written to, as user 1000, without capabilities. Not tried: Docker itself, the base
// image, and `npm ci`.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import {
  copyInto,
  execForm,
  lastOf,
  linkProductionPackages,
  type Stage,
  stagesOf,
} from "../support/dockerfile.ts";
import { lacks } from "../support/have-tool.ts";
import { eventually, PROJECT_ROOT } from "../support/program.ts";
import { runTool } from "../support/run-tool.ts";

const FOLDER = join(PROJECT_ROOT, "packaging/docker");
const TEXT = readFileSync(join(FOLDER, "Dockerfile"), "utf8");
const STAGES = stagesOf(TEXT);
const IGNORED = readFileSync(join(FOLDER, "Dockerfile.dockerignore"), "utf8");
const CONFIG = readFileSync(join(FOLDER, "ferrox.yml"), "utf8");

function stageAt(at: number): Stage {
  const stage = STAGES.at(at);
  assert.ok(stage !== undefined);
  return stage;
}

test("two stages of one small image, pinned to a major version that we promise to run on", () => {
  assert.equal(STAGES.length, 2);
  const versions = STAGES.map(({ image }) => /^node:([0-9]+)-slim$/.exec(image)?.[1]);
  assert.ok(versions[0] !== undefined && versions[0] === versions[1], String(versions));
  const about: unknown = JSON.parse(readFileSync(join(PROJECT_ROOT, "package.json"), "utf8"));
  assert.match(JSON.stringify(about), /"node":">=20\.19"/);
  assert.ok(Number(versions[0]) >= 20);
});

test("it runs as a number that is not root, and says how it is stopped, asked and reached", () => {
  const last = stageAt(-1);
  assert.match(lastOf(last, "USER") ?? "", /^[1-9][0-9]*:[1-9][0-9]*$/);
  assert.equal(lastOf(last, "STOPSIGNAL"), "SIGTERM");
  assert.equal(lastOf(last, "EXPOSE"), "8080");
  assert.match(CONFIG, /^ {2}http_port: 8080$/m);
  const [, port, path = ""] = /127\.0\.0\.1:([0-9]+)(\/[^']*)'/.exec(healthCheck().join(" ")) ?? [];
  assert.equal(port, "8080");
  assert.ok(CONFIG.includes(`- path: ${path}\n    health: live`), path);
});

test("no shell stands between Docker's signal and the server", () => {
  assert.equal(execForm(lastOf(stageAt(-1), "ENTRYPOINT"))[0], "node");
  assert.equal(execForm(lastOf(stageAt(-1), "CMD"))[0], "serve");
});

test("nothing is fetched by ADD, installed as root's own, or copied wholesale", () => {
  for (const { instructions } of STAGES) {
    for (const { name, text } of instructions) {
      assert.notEqual(name, "ADD");
      if (name === "COPY") assert.doesNotMatch(text, /^\. /);
      if (name === "RUN") assert.doesNotMatch(text, /npm install|sudo|curl|wget/);
    }
  }
});

test("what is copied from the project is there, and not ignored", () => {
  for (const { instructions } of STAGES) {
    for (const { name, text } of instructions) {
      if (name !== "COPY" || text.startsWith("--from=")) continue;
      for (const source of text.split(" ").slice(0, -1)) {
        assert.ok(existsSync(join(PROJECT_ROOT, source)), source);
        const taken = IGNORED.split("\n").some((line) => line === `!${source.replace("./", "")}`);
        assert.ok(taken, `${source} is ignored`);
      }
    }
  }
  assert.match(IGNORED, /^\*$/m);
});

function healthCheck(): readonly string[] {
  return execForm(lastOf(stageAt(-1), "HEALTHCHECK")?.replace(/^.* CMD /, ""));
}

/** The image as a folder; the compiler of the first stage really runs. */
async function built(t: TestContext): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "ferrox-image-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [first, last] = [join(folder, "first"), join(folder, "root")];
  copyInto(first, stageAt(0), new Map());
  const build = join(first, lastOf(stageAt(0), "WORKDIR") ?? "");
  const tsc = join(PROJECT_ROOT, "node_modules/typescript/bin/tsc");
  linkProductionPackages(build);
  // What only compiling needs.
  const types = ["node_modules/@types", "node_modules/undici-types"];
  for (const name of types) {
    const source = join(PROJECT_ROOT, name);
    if (existsSync(source)) cpSync(source, join(build, name), { recursive: true });
  }
  const { code, stdout } = await runTool(process.execPath, [tsc, "-p", build]);
  assert.equal(code, 0, stdout.toString());
  for (const name of types) rmSync(join(build, name), { recursive: true, force: true });
  copyInto(last, stageAt(-1), new Map([["build", build.slice(0, -"/build".length)]]));
  return last;
}

/** Binds this machine's programs into the image, makes it read only, and drops everything. */
const AS_DOCKER = `
set -e
root=$1; shift
mount --bind "$root" "$root"
for name in usr lib lib64 bin proc dev "$NODE_HOME" "$PACKAGES"; do
  name=\${name#/}
  [ -e "/$name" ] && [ ! -e "$root/$name/bin" ] || continue
  if [ -L "/$name" ]; then ln -s "$(readlink "/$name")" "$root/$name"; continue; fi
  mkdir -p "$root/$name"
  mount --rbind "/$name" "$root/$name"
done
mount -o remount,bind,ro "$root"
cd "$root"
exec chroot "$root" setpriv --reuid=1000 --regid=1000 --clear-groups --bounding-set=-all \\
  --inh-caps=-all --no-new-privs "$@"
`;

test("its image serves, is healthy and stops, read only and without any right", async (t) => {
  const missing = lacks("unshare", "setpriv", "chroot", "mount");
  if (missing !== undefined) return t.skip(missing);
  const allowed = await runTool("unshare", ["--mount", "sh", "-c", "mount -t tmpfs none /mnt"]);
  if (allowed.code !== 0) return t.skip(`no mounts of our own here: ${allowed.stderr.trim()}`);
  const root = await built(t);
  assert.equal(
    readlinkSync(join(root, "app/node_modules/yaml")),
    join(PROJECT_ROOT, "node_modules/yaml"),
  );
  mkdirSync(join(root, "tmp"), { mode: 0o1777 });
  writeFileSync(join(root, "outside.sh"), AS_DOCKER);
  const last = stageAt(-1);
  const command = [...execForm(lastOf(last, "ENTRYPOINT")), ...execForm(lastOf(last, "CMD"))];
  const child = spawn("unshare", ["--mount", "sh", join(root, "outside.sh"), root, ...command], {
    env: {
      PATH: `${dirname(process.execPath)}:/usr/sbin:/usr/bin:/sbin:/bin`,
      NODE_HOME: dirname(dirname(process.execPath)),
      PACKAGES: join(PROJECT_ROOT, "node_modules"),
      // Docker gives each container an address of its own; here another server may have the port.
      FERROX_ADDR: "127.0.0.1",
      FERROX_HTTP_PORT: "0",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  t.after(() => void child.kill("SIGKILL"));
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk;
  });
  child.stderr.on("data", (chunk: Buffer) => {
    err += chunk;
  });
  const ended = once(child, "close");
  const port = await eventually(
    "its address",
    async () => /127\.0\.0\.1:([0-9]+)/.exec(out)?.[1],
    15_000,
  ).catch((error: unknown) => {
    throw new Error(`it said:\n${out}\n${err}`, { cause: error });
  });
  const status = readFileSync(`/proc/${child.pid}/status`, "latin1");
  assert.match(status, /^Uid:\t1000\t1000\t1000\t1000$/m);
  assert.match(status, /^CapBnd:\t0+$/m);
  assert.match(status, /^NoNewPrivs:\t1$/m);
  const page = await fetch(`http://127.0.0.1:${port}/`);
  assert.equal(page.status, 200);
  assert.equal(await page.text(), readFileSync(join(PROJECT_ROOT, "www/index.html"), "utf8"));
  const [node = "", ...words] = healthCheck().map((word) => word.replace(":8080", `:${port}`));
  assert.equal(node, "node");
  assert.equal((await runTool(process.execPath, words)).code, 0);
  child.kill("SIGTERM");
  assert.deepEqual(await ended, [0, null]);
  assert.equal((await runTool(process.execPath, words)).code, 1);
  // Exchanges on one stream, events on the other, and nothing else anywhere.
  assert.match(out, /^127\.0\.0\.1 - - .*"GET \/ HTTP\/1\.1" 200 /m);
  assert.match(out, /"GET \/-\/live HTTP\/1\.1" 200 /);
  const events = err
    .trimEnd()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
  assert.match(JSON.stringify(events), /"listening".*"stopping"/);
});
