import assert from "node:assert/strict";
import { test } from "node:test";
import { answerCommand, type CommandOptions, type May } from "../../src/handlers/vfs-commands.ts";
import type { FileSystem } from "../../src/vfs/file-system.ts";
import { decodeCommand, encodeAnswer } from "../../src/vfs/https/messages.ts";
import { memoryFileSystem } from "../../src/vfs/memory.ts";
import { readOnly } from "../../src/vfs/read-only.ts";
import { watched } from "../support/request.ts";

const ANYTHING: May = () => true;

function remote(fileSystem: FileSystem, changes: Partial<CommandOptions> = {}, may = ANYTHING) {
  const options = { fileSystem, readBytesMax: 1024, writeAtBytesMax: undefined, ...changes };
  return async (json: string) => {
    const command = decodeCommand(Buffer.from(json));
    assert.ok(command !== undefined, json);
    return encodeAnswer(await answerCommand(command, may, options));
  };
}

function twoFiles() {
  return memoryFileSystem({ "/a": "hello", "/d/b": "deep" });
}

for (const [command, answer] of [
  ['{"Exists":{"path":"/a"}}', '{"Exists":{"Ok":true}}'],
  ['{"Exists":{"path":""}}', '{"Exists":{"Ok":true}}'],
  ['{"Exists":{"path":"/x"}}', '{"Exists":{"Ok":false}}'],
  ['{"Exists":{"path":"a"}}', '{"Exists":{"Err":{"InvalidPath":{"path":"a"}}}}'],
  ['{"Metadata":{"path":"/a"}}', '{"Metadata":{"Ok":{"file_type":"File","len":5}}}'],
  ['{"Metadata":{"path":"/d"}}', '{"Metadata":{"Ok":{"file_type":"Directory","len":0}}}'],
  ['{"Metadata":{"path":"/x"}}', '{"Metadata":{"Err":{"FileNotFound":{"path":"/x"}}}}'],
  ['{"CreateFile":{"path":"/n"}}', '{"CreateFile":"Success"}'],
  ['{"CreateFile":{"path":"/x/n"}}', '{"CreateFile":"Failed"}'],
  ['{"CreateFile":{"path":"/d"}}', '{"CreateFile":"Failed"}'],
  ['{"RemoveFile":{"path":"/a"}}', '{"RemoveFile":{"Ok":null}}'],
  ['{"RemoveFile":{"path":"/x"}}', '{"RemoveFile":{"Err":{"FileNotFound":{"path":"/x"}}}}'],
  ['{"RemoveFile":{"path":"/d"}}', '{"RemoveFile":{"Err":{"IoError":"Is a directory"}}}'],
  ['{"Write":{"path":"/a","pos":0,"len":1,"data":"IQ=="}}', '{"Write":{"Ok":1}}'],
  ['{"Write":{"path":"/a","pos":0,"len":0,"data":""}}', '{"Write":{"Ok":0}}'],
  [
    '{"Write":{"path":"/x","pos":0,"len":1,"data":"IQ=="}}',
    '{"Write":{"Err":{"FileNotFound":{"path":"/x"}}}}',
  ],
  [
    '{"Write":{"path":"/a","pos":0,"len":1,"data":"IQ"}}',
    '{"Write":{"Err":{"Other":{"message":"the data is no base64"}}}}',
  ],
  ['{"Read":{"path":"/a","pos":0,"len":8192}}', '{"Read":{"Ok":[5,"aGVsbG8="]}}'],
  ['{"Read":{"path":"/a","pos":3,"len":1}}', '{"Read":{"Ok":[1,"bA=="]}}'],
  ['{"Read":{"path":"/a","pos":5,"len":1}}', '{"Read":{"Ok":[0,""]}}'],
  ['{"Read":{"path":"/a","pos":6,"len":1}}', '{"Read":{"Ok":[0,""]}}'],
  ['{"Read":{"path":"/a","pos":0,"len":0}}', '{"Read":{"Ok":[0,""]}}'],
  ['{"Read":{"path":"/d","pos":0,"len":1}}', '{"Read":{"Err":{"IoError":"Is a directory"}}}'],
  ['{"CreateDir":{"path":"/e"}}', '{"CreateDir":"Success"}'],
  ['{"CreateDir":{"path":"/d"}}', '{"CreateDir":"Failed"}'],
  ['{"ReadDir":{"path":""}}', '{"ReadDir":{"result":{"Ok":["a","d"]}}}'],
  ['{"ReadDir":{"path":"/x"}}', '{"ReadDir":{"result":{"Err":"FileNotFound { path: \\"/x\\" }"}}}'],
  ['{"ReadDir":{"path":"/a"}}', '{"ReadDir":{"result":{"Err":"IoError(\\"Not a directory\\")"}}}'],
  ['{"RemoveDir":{"path":"/d"}}', '{"RemoveDir":{"Err":{"IoError":"Directory not empty"}}}'],
  ['{"RemoveDir":{"path":"/a"}}', '{"RemoveDir":{"Err":{"IoError":"Not a directory"}}}'],
  ['{"RemoveDir":{"path":""}}', '{"RemoveDir":{"Err":{"IoError":"Directory not empty"}}}'],
] as const) {
  test(`${command} is answered ${answer}`, async () => {
    assert.equal(await remote(twoFiles())(command), answer);
  });
}

for (const path of ["/..", "/../../etc/passwd", "/d/../a", "/.", "a", "..", "/a\\u0000"]) {
  test(`${path} is no path, whatever is asked of it`, async () => {
    const ask = remote(twoFiles());
    const error = `{"Err":{"InvalidPath":{"path":"${path}"}}}`;
    assert.equal(await ask(`{"Read":{"path":"${path}","pos":0,"len":9}}`), `{"Read":${error}}`);
    assert.equal(await ask(`{"Exists":{"path":"${path}"}}`), `{"Exists":${error}}`);
    assert.equal(await ask(`{"RemoveFile":{"path":"${path}"}}`), `{"RemoveFile":${error}}`);
    assert.equal(await ask(`{"CreateFile":{"path":"${path}"}}`), '{"CreateFile":"Failed"}');
  });
}

test("what is written goes to the end, whatever position it names", async () => {
  const ask = remote(twoFiles());
  await ask('{"Write":{"path":"/a","pos":0,"len":1,"data":"IQ=="}}');
  await ask('{"Write":{"path":"/a","pos":99,"len":99,"data":"Pw=="}}');
  assert.equal(
    await ask('{"Read":{"path":"/a","pos":0,"len":99}}'),
    '{"Read":{"Ok":[7,"aGVsbG8hPw=="]}}',
  );
});

test("a file created anew is empty", async () => {
  const ask = remote(twoFiles());
  await ask('{"CreateFile":{"path":"/a"}}');
  assert.equal(
    await ask('{"Metadata":{"path":"/a"}}'),
    '{"Metadata":{"Ok":{"file_type":"File","len":0}}}',
  );
});

test("with write_at the position counts", async () => {
  const ask = remote(twoFiles(), { writeAtBytesMax: 6 });
  assert.equal(
    await ask('{"Write":{"path":"/a","pos":1,"len":1,"data":"IQ=="}}'),
    '{"Write":{"Ok":1}}',
  );
  assert.equal(
    await ask('{"Read":{"path":"/a","pos":0,"len":9}}'),
    '{"Read":{"Ok":[5,"aCFsbG8="]}}',
  );
  assert.equal(
    await ask('{"Write":{"path":"/a","pos":6,"len":1,"data":"IQ=="}}'),
    '{"Write":{"Err":"NotSupported"}}',
  );
});

test("one read gives so much and no more, however much is asked for", async () => {
  const asked: number[] = [];
  const { fileSystem } = recording(memoryFileSystem({ "/a": "x".repeat(5000) }), asked);
  const ask = remote(fileSystem);
  const answer: unknown = JSON.parse(
    await ask('{"Read":{"path":"/a","pos":0,"len":18446744073709551615}}'),
  );
  assert.deepEqual(answer, {
    Read: { Ok: [1024, Buffer.from("x".repeat(1024)).toString("base64")] },
  });
  await ask('{"Read":{"path":"/a","pos":4990,"len":18446744073709551615}}');
  // What is set aside follows what there is.
  assert.deepEqual(asked, [1024, 10]);
});

function recording(inner: FileSystem, asked: number[]): { readonly fileSystem: FileSystem } {
  return {
    fileSystem: {
      stat: (path) => inner.stat(path),
      list: (path) => inner.list(path),
      async open(path) {
        const file = await inner.open(path);
        return {
          stat: file.stat,
          close: () => file.close(),
          readAt(target, position) {
            asked.push(target.length);
            return file.readAt(target, position);
          },
        };
      },
    },
  };
}

test("every file is closed, also when reading fails", async () => {
  const inner = twoFiles();
  const failing: FileSystem = {
    stat: (path) => inner.stat(path),
    list: (path) => inner.list(path),
    async open(path) {
      const file = await inner.open(path);
      return { ...file, stat: file.stat, close: () => file.close(), readAt: fails };
    },
  };
  const { fileSystem, openFiles } = watched(failing);
  await assert.rejects(remote(fileSystem)('{"Read":{"path":"/a","pos":0,"len":9}}'), /a bug/);
  assert.equal(openFiles(), 0);
});

async function fails(): Promise<number> {
  throw new Error("a bug");
}

test("what cannot be changed says that it is not supported", async () => {
  const ask = remote(readOnly(twoFiles()));
  assert.equal(
    await ask('{"Write":{"path":"/a","pos":0,"len":1,"data":"IQ=="}}'),
    '{"Write":{"Err":"NotSupported"}}',
  );
  assert.equal(await ask('{"RemoveFile":{"path":"/a"}}'), '{"RemoveFile":{"Err":"NotSupported"}}');
  assert.equal(await ask('{"CreateFile":{"path":"/n"}}'), '{"CreateFile":"Failed"}');
});

test("who may only list learns names and sizes, and nothing of the content", async () => {
  const ask = remote(twoFiles(), {}, (verb) => verb === "list");
  assert.equal(await ask('{"Exists":{"path":"/a"}}'), '{"Exists":{"Ok":true}}');
  assert.equal(await ask('{"ReadDir":{"path":"/d"}}'), '{"ReadDir":{"result":{"Ok":["b"]}}}');
  assert.equal(
    await ask('{"Read":{"path":"/a","pos":0,"len":9}}'),
    '{"Read":{"Err":{"IoError":"Permission denied"}}}',
  );
  assert.equal(
    await ask('{"RemoveFile":{"path":"/a"}}'),
    '{"RemoveFile":{"Err":{"IoError":"Permission denied"}}}',
  );
});

test("who may only write learns nothing of what is there", async () => {
  const ask = remote(twoFiles(), {}, (verb) => verb === "write");
  const denied = '{"Err":{"IoError":"Permission denied"}}';
  assert.equal(await ask('{"Exists":{"path":"/a"}}'), `{"Exists":${denied}}`);
  assert.equal(await ask('{"Exists":{"path":"/x"}}'), `{"Exists":${denied}}`);
  assert.equal(await ask('{"Metadata":{"path":"/a"}}'), `{"Metadata":${denied}}`);
  assert.equal(
    await ask('{"ReadDir":{"path":""}}'),
    '{"ReadDir":{"result":{"Err":"IoError(\\"Permission denied\\")"}}}',
  );
});

test("a name that is no UTF-8 does not spoil the listing for the others", async () => {
  const inner = twoFiles();
  const fileSystem: FileSystem = {
    stat: (path) => inner.stat(path),
    open: (path) => inner.open(path),
    async *list(path) {
      for await (const { stat } of inner.list(path)) {
        yield { name: "\udcff", stat };
        yield { name: "ok", stat };
        return;
      }
    },
  };
  assert.equal(
    await remote(fileSystem)('{"ReadDir":{"path":""}}'),
    '{"ReadDir":{"result":{"Ok":["ok"]}}}',
  );
});

test("two who write to one file at the same time do not mingle", async () => {
  const ask = remote(memoryFileSystem({ "/a": "" }));
  const line = (letter: string) => Buffer.from(`${letter.repeat(300)}\n`).toString("base64");
  await Promise.all(
    ["x", "y", "z"].map((letter) =>
      ask(`{"Write":{"path":"/a","pos":0,"len":301,"data":"${line(letter)}"}}`),
    ),
  );
  const answer = await ask('{"Read":{"path":"/a","pos":0,"len":1024}}');
  const [, data] = /"([A-Za-z0-9+/=]*)"\]/.exec(answer) ?? [];
  const lines = Buffer.from(data ?? "", "base64")
    .toString()
    .trimEnd()
    .split("\n");
  assert.deepEqual(lines.toSorted(), ["x".repeat(300), "y".repeat(300), "z".repeat(300)]);
});
