// A small real site, crawled by every link: each answer is compared with the disk, byte for byte.
// tools/big-site.mjs does the same with somebody else's site of hundreds of files.

import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { findAuthority } from "../support/certificates.ts";
import { configText, PROJECT_ROOT, startProgram } from "../support/program.ts";
import { runTool } from "../support/run-tool.ts";

const SITE = join(PROJECT_ROOT, "test/fixtures/site");
const OWN_SITE = join(PROJECT_ROOT, "www");

/** Serves `folder` with listings, in clear and through TLS, and crawls it on both ways. */
for (const way of ["http", "https"] as const) {
  test(`every link of the fixture over ${way} brings what is on disk`, async (t) => {
    const program = await startProgram(t, { config: configOf(way, SITE) });
    const report = await crawlOver(way, program, SITE);
    assert.deepEqual(report.problems, []);
    assert.deepEqual(report.files, await filesOf(SITE));
    assert.equal(report.redirects, 1);
    assert.equal(report.listings, 1);
    assert.deepEqual(report.missing, ["/docs/gone.html"]);
  });
}

test("every link of the site that Ferrox comes with leads somewhere", async (t) => {
  const program = await startProgram(t, { config: configOf("https", OWN_SITE) });
  const report = await crawlOver("https", program, OWN_SITE);
  assert.deepEqual(report.problems, []);
  assert.deepEqual(report.missing, ["/this-page-does-not-exist"]);
  assert.ok(report.files.length >= 6, `${report.files.length} files`);
});

interface Report {
  readonly files: readonly string[];
  readonly redirects: number;
  readonly listings: number;
  readonly missing: readonly string[];
  readonly problems: readonly string[];
}

function configOf(way: "http" | "https", folder: string): string {
  const tls = way === "https" ? "tls: { enabled: true, dev: true }\n" : "";
  return configText(tls).replace("serve_dir: www", `serve_dir: ${JSON.stringify(folder)}`);
}

async function crawlOver(
  way: "http" | "https",
  program: { readonly folder: string; readonly url: string; readonly httpsUrl: string },
  folder: string,
): Promise<Report> {
  const where =
    way === "https"
      ? ["--ca", (await findAuthority(program.folder)).path, program.httpsUrl]
      : [program.url];
  const { stdout, stderr } = await runTool(process.execPath, [
    ...[join(PROJECT_ROOT, "tools/crawl.mjs"), "--json", ...where, folder],
  ]);
  assert.equal(stderr, "");
  return JSON.parse(stdout.toString());
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
