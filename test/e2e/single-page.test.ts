// `router: spa`: one page for every place of an application, and nothing hidden behind it.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { configText, startProgram } from "../support/program.ts";
import { ask, fetchRaw } from "../support/wire-client.ts";

const program = await startProgram(
  { after },
  {
    config: configText("", "  router: SPA\n"),
    files: {
      "www/index.html": "the application\n",
      "www/app.js": "export {};\n",
      "www/sub/index.html": "not shown\n",
    },
  },
);

for (const path of ["/", "/users/42", "/users/42?tab=1", "/sub", "/sub/", "/v1.2"]) {
  test(`${path} is the application's page`, async () => {
    const answer = await fetchRaw(program, ask(path, { Accept: "text/html,*/*;q=0.8" }));
    assert.equal(answer.status, 200);
    assert.equal(answer.fields.get("content-type"), "text/html; charset=utf-8");
    assert.equal(answer.body.toString(), "the application\n");
  });
}

test("a file is itself", async () => {
  const answer = await fetchRaw(program, ask("/app.js"));
  assert.equal(answer.body.toString(), "export {};\n");
});

for (const path of ["/missing.js", "/img/missing.png", "/.env"]) {
  test(`${path} is 404, not a page in disguise`, async () => {
    assert.equal((await fetchRaw(program, ask(path))).status, 404);
  });
}

test("a program that takes no HTML is told that there is nothing", async () => {
  const answer = await fetchRaw(program, ask("/users/42", { Accept: "application/json" }));
  assert.equal(answer.status, 404);
});

test("an application without its page is 404", async (t) => {
  const empty = await startProgram(t, {
    args: ["--config", "other.yml"],
    files: {
      "other.yml": configText("", "  router: spa\n").replace("serve_dir: www", "serve_dir: bare"),
      "bare/app.js": "export {};\n",
    },
  });
  assert.equal((await fetchRaw(empty, ask("/users/42"))).status, 404);
});
