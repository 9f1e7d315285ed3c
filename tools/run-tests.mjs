// Runs the built tests: all of them, or those whose path holds one of the words given.
//   npm test                          everything
//   npm test -- http/range vfs        files whose path holds "http/range" or "vfs"
//   npm test -- --test-name-pattern=symlink     options go to node as they are
// Node 20 knows no patterns for test files, so they are listed here.

import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const TESTS = join("build", "test");
/** A test that hangs is a failure, not a wait: of one file, whatever is in it. */
const FILE_TIMEOUT_MS = 3 * 60 * 1000;

const given = process.argv.slice(2);
const options = given.filter((word) => word.startsWith("-"));
const words = given.filter((word) => !word.startsWith("-"));

if (!existsSync(join(ROOT, TESTS))) stop("nothing is built: run `npm run build` first");
const files = readdirSync(join(ROOT, TESTS), { recursive: true })
  .map((name) => join(TESTS, name))
  .filter((path) => path.endsWith(".test.js"))
  .filter((path) => words.length === 0 || words.some((word) => path.includes(word)))
  .sort();
if (files.length === 0) stop(`no test file's path holds ${words.join(" or ")}`);

// Most tests wait for sockets and disks more than they compute: two at once even on one core.
const concurrency = Math.min(8, Math.max(2, availableParallelism()));
const reporter = pathToFileURL(join(ROOT, "tools", "test-reporter.cjs")).href;
const node = spawn(
  process.execPath,
  [
    "--test",
    `--test-concurrency=${concurrency}`,
    `--test-timeout=${FILE_TIMEOUT_MS}`,
    `--test-reporter=${reporter}`,
    "--test-reporter-destination=stdout",
    ...options,
    ...files,
  ],
  { cwd: ROOT, stdio: "inherit" },
);
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => node.kill(signal));
node.on("error", (error) => stop(`node cannot be started: ${error.message}`));
node.on("exit", (code) => {
  process.exitCode = code ?? 1;
});

function stop(line) {
  process.stderr.write(`run-tests: ${line}\n`);
  process.exit(1);
}
