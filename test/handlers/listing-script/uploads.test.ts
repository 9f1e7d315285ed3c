import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Sender } from "../../../src/handlers/listing-script/browser.ts";
import {
  type Choice,
  retryUpload,
  startUploads,
  stopUpload,
  type Upload,
  type Uploads,
} from "../../../src/handlers/listing-script/uploads.ts";
import { pageFile } from "./page-file.ts";

/** A server of names: what the script would talk to, by way of the browser's own functions. */
class Server {
  readonly names: Set<string>;
  readonly log: string[] = [];
  /** Paths that are refused, and how. */
  readonly refusals = new Map<string, number>();
  under = 0;
  mostAtOnce = 0;
  /** Uploads wait until this is called. */
  readonly held: (() => void)[] = [];
  isHolding = false;

  constructor(...names: readonly string[]) {
    this.names = new Set(names);
  }

  install(t: TestContext): this {
    const before = { fetch: globalThis.fetch, sender: Reflect.get(globalThis, "XMLHttpRequest") };
    Reflect.set(globalThis, "fetch", (href: string, init: RequestInit) => this.fetched(href, init));
    const make = () => this.sender();
    // A constructor that gives back what it likes: `new` takes the object it returns.
    Reflect.set(globalThis, "XMLHttpRequest", function Fake() {
      return make();
    });
    t.after(() => {
      globalThis.fetch = before.fetch;
      Reflect.set(globalThis, "XMLHttpRequest", before.sender);
    });
    return this;
  }

  async fetched(href: string, { method = "GET" }: RequestInit): Promise<Response> {
    if (method === "MKCOL") {
      this.log.push(`MKCOL ${href}`);
      const refusal = this.refusals.get(href) ?? (this.names.has(href) ? 405 : 201);
      if (refusal === 201) this.names.add(href);
      return new Response(null, { status: refusal });
    }
    const entries = [...this.names]
      .filter(
        (name) =>
          name.startsWith(href) && !name.slice(href.length).replace(/\/$/, "").includes("/"),
      )
      .map((name) => ({ name: name.slice(href.length).replace(/\/$/, "") }));
    return new Response(JSON.stringify({ entries }));
  }

  sender(): Sender {
    const server = this;
    let href = "";
    let mayReplace = true;
    let isOver = false;
    const sender: { -readonly [Key in keyof Sender]: Sender[Key] } = {
      status: 0,
      upload: { onprogress: null },
      onload: null,
      onerror: null,
      onabort: null,
      open(_method: string, to: string) {
        href = to;
      },
      setRequestHeader(name: string, value: string) {
        if (name === "If-None-Match" && value === "*") mayReplace = false;
      },
      send() {
        server.under++;
        server.mostAtOnce = Math.max(server.mostAtOnce, server.under);
        if (server.isHolding) server.held.push(finish);
        else queueMicrotask(finish);
      },
      abort() {
        if (isOver) return;
        isOver = true;
        server.under--;
        sender.onabort?.();
      },
    };
    const finish = () => {
      if (isOver) return;
      isOver = true;
      server.under--;
      const isTaken = server.names.has(href) && !mayReplace;
      sender.status = server.refusals.get(href) ?? (isTaken ? 412 : 201);
      server.log.push(`PUT ${href}${mayReplace ? " over" : ""} ${sender.status}`);
      if (sender.status === 201) server.names.add(href);
      if (sender.status === 0) sender.onerror?.();
      else sender.onload?.();
    };
    return sender;
  }
}

interface Desk {
  readonly uploads: Uploads;
  readonly asked: string[];
  ended(): Promise<void>;
}

function desk(answers: readonly { choice: Choice; isForAll: boolean }[] = []): Desk {
  const asked: string[] = [];
  const left = [...answers];
  let wake = () => {};
  const uploads: Uploads = {
    all: [],
    active: 0,
    forAll: undefined,
    asking: Promise.resolve(),
    taken: new Map(),
    onChange() {},
    onEnd: () => wake(),
    async onTaken(name) {
      asked.push(name);
      return left.shift() ?? assert.fail(`nobody answers for ${name}`);
    },
  };
  const ended = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  return { uploads, asked, ended };
}

function file(path: string) {
  const steps = path.split("/");
  return { path: steps, file: pageFile(steps.at(-1) ?? "", "content") };
}

const states = ({ uploads }: Desk) =>
  uploads.all.map(({ path, state }) => `${path.join("/")} ${state}`);

async function run(one: Desk, ...paths: readonly string[]): Promise<string[]> {
  const over = one.ended();
  startUploads(one.uploads, paths.map(file));
  await over;
  return states(one);
}

test("no more than four are sent at a time, and all in the end", async (t) => {
  const server = new Server().install(t);
  const names = Array.from({ length: 20 }, (_, index) => `f${index}`);
  const result = await run(desk(), ...names);
  assert.ok(result.every((line) => line.endsWith(" done")));
  assert.equal(server.names.size, 20);
  assert.equal(server.mostAtOnce, 4);
});

test("a folder's directories are made once, those above first", async (t) => {
  const server = new Server().install(t);
  const one = desk();
  const over = one.ended();
  startUploads(one.uploads, [
    { path: ["d"], file: undefined },
    { path: ["d", "empty"], file: undefined },
    file("d/e/1"),
    file("d/e/2"),
  ]);
  await over;
  const made = server.log.filter((line) => line.startsWith("MKCOL"));
  assert.deepEqual(made.sort(), ["MKCOL ./d/", "MKCOL ./d/e/", "MKCOL ./d/empty/"]);
  assert.ok(server.log.indexOf("MKCOL ./d/") < server.log.indexOf("MKCOL ./d/e/"));
  assert.deepEqual(server.names.has("./d/e/2"), true);
});

test("what is known to be there is asked about before anything is sent", async (t) => {
  const server = new Server("./a").install(t);
  const one = desk([{ choice: "skip", isForAll: false }]);
  assert.deepEqual(await run(one, "a", "b"), ["a skipped", "b done"]);
  assert.deepEqual(one.asked, ["a"]);
  assert.deepEqual(server.log, ["PUT ./b 201"]);
});

test("in a folder that is there too", async (t) => {
  const server = new Server("./d/", "./d/a").install(t);
  const one = desk([{ choice: "replace", isForAll: false }]);
  assert.deepEqual(await run(one, "d/a"), ["d/a done"]);
  assert.deepEqual(one.asked, ["d/a"]);
  assert.deepEqual(server.log, ["PUT ./d/a over 201"]);
});

test("who was faster is not overwritten: the server says so, and it is asked then", async (t) => {
  const server = new Server().install(t);
  server.isHolding = true;
  const one = desk([{ choice: "both", isForAll: false }]);
  const over = one.ended();
  startUploads(one.uploads, [file("a.txt")]);
  await until(() => server.held.length === 1);
  server.names.add("./a.txt");
  server.isHolding = false;
  for (const finish of server.held) finish();
  await over;
  assert.deepEqual(states(one), ["a (2).txt done"]);
  assert.deepEqual(server.log, ["PUT ./a.txt 412", "PUT ./a%20(2).txt 201"]);
});

test("one answer may be meant for all", async (t) => {
  const server = new Server("./a", "./b", "./c").install(t);
  const one = desk([{ choice: "replace", isForAll: true }]);
  assert.deepEqual(await run(one, "a", "b", "c"), ["a done", "b done", "c done"]);
  assert.deepEqual(one.asked, ["a"]);
  assert.equal(server.log.filter((line) => line.endsWith(" over 201")).length, 3);
  const again = desk();
  again.uploads.forAll = "replace";
  const asks = desk([{ choice: "skip", isForAll: false }]);
  await run(asks, "a");
  assert.deepEqual(asks.asked, ["a"], "the next round asks anew");
});

test("a number that is taken is passed over", async (t) => {
  new Server("./a", "./a (2)", "./a%20(3)").install(t);
  const one = desk([{ choice: "both", isForAll: false }]);
  assert.deepEqual(await run(one, "a"), ["a (4) done"]);
});

test("what fails says why, keeps nothing else from being sent, and can be tried again", async (t) => {
  const server = new Server().install(t);
  server.refusals.set("./big", 413).set("./gone", 0);
  const one = desk();
  assert.deepEqual(await run(one, "big", "gone", "ok"), ["big failed", "gone failed", "ok done"]);
  const words = one.uploads.all.map((upload) => upload.words);
  assert.deepEqual(words, ["It is larger than this server takes.", "The connection was lost.", ""]);
  server.refusals.clear();
  const over = one.ended();
  retryUpload(one.uploads, first(one));
  await over;
  assert.equal(states(one)[0], "big done");
});

test("a directory that cannot be made fails what was to go into it", async (t) => {
  const server = new Server().install(t);
  server.refusals.set("./d/", 403);
  const one = desk();
  assert.deepEqual(await run(one, "d/a", "d/e/b"), ["d/a failed", "d/e/b failed"]);
  assert.equal(first(one).words, "This is not allowed here.");
  assert.deepEqual(server.log, ["MKCOL ./d/"]);
});

test("one that is under way can be stopped, and so can one that waits", async (t) => {
  const server = new Server().install(t);
  server.isHolding = true;
  const one = desk();
  const over = one.ended();
  startUploads(one.uploads, ["1", "2", "3", "4", "5"].map(file));
  await until(() => server.held.length === 4);
  for (const upload of one.uploads.all) stopUpload(one.uploads, upload);
  await over;
  assert.deepEqual(new Set(states(one).map((line) => line.slice(2))), new Set(["stopped"]));
  assert.deepEqual([...server.names], []);
});

function first({ uploads }: Desk): Upload {
  return uploads.all[0] ?? assert.fail("nothing was sent");
}

async function until(isSo: () => boolean): Promise<void> {
  for (let turns = 0; !isSo(); turns++) {
    assert.ok(turns < 1000, "it never came");
    await new Promise((resolve) => setImmediate(resolve));
  }
}
