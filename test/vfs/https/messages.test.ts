import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Answer,
  type Command,
  decodeAnswer,
  decodeCommand,
  encodeAnswer,
  encodeCommand,
} from "../../../src/vfs/https/messages.ts";

const HELLO = Buffer.from("hello");

const COMMANDS: readonly (readonly [json: string, command: Command])[] = [
  ['{"Exists":{"path":"/a"}}', { kind: "Exists", path: "/a" }],
  ['{"Metadata":{"path":"/a"}}', { kind: "Metadata", path: "/a" }],
  ['{"CreateFile":{"path":"/a"}}', { kind: "CreateFile", path: "/a" }],
  ['{"RemoveFile":{"path":"/a"}}', { kind: "RemoveFile", path: "/a" }],
  [
    '{"Write":{"path":"/a","pos":0,"len":5,"data":"aGVsbG8="}}',
    { kind: "Write", path: "/a", position: 0, data: HELLO },
  ],
  [
    '{"Read":{"path":"/a","pos":0,"len":8192}}',
    { kind: "Read", path: "/a", position: 0, length: 8192 },
  ],
  ['{"CreateDir":{"path":"/d"}}', { kind: "CreateDir", path: "/d" }],
  ['{"ReadDir":{"path":""}}', { kind: "ReadDir", path: "" }],
  ['{"RemoveDir":{"path":"/d"}}', { kind: "RemoveDir", path: "/d" }],
];

for (const [json, command] of COMMANDS) {
  test(`${json} is what both ends say and understand`, () => {
    assert.equal(encodeCommand(command), json);
    assert.deepEqual(decodeCommand(Buffer.from(json)), command);
  });
}

const ANSWERS: readonly (readonly [json: string, answer: Answer])[] = [
  ['{"Exists":{"Ok":true}}', { kind: "Exists", result: { ok: true } }],
  [
    '{"Exists":{"Err":{"InvalidPath":{"path":"x"}}}}',
    { kind: "Exists", result: { error: { kind: "InvalidPath", path: "x" } } },
  ],
  [
    '{"Metadata":{"Ok":{"file_type":"File","len":12}}}',
    { kind: "Metadata", result: { ok: { kind: "file", size: 12 } } },
  ],
  [
    '{"Metadata":{"Ok":{"file_type":"Directory","len":0}}}',
    { kind: "Metadata", result: { ok: { kind: "directory", size: 0 } } },
  ],
  ['{"CreateFile":"Success"}', { kind: "CreateFile", succeeded: true }],
  ['{"CreateFile":"Failed"}', { kind: "CreateFile", succeeded: false }],
  ['{"CreateDir":"Success"}', { kind: "CreateDir", succeeded: true }],
  ['{"RemoveFile":{"Ok":null}}', { kind: "RemoveFile", result: { ok: null } }],
  [
    '{"RemoveDir":{"Err":"NotSupported"}}',
    { kind: "RemoveDir", result: { error: { kind: "NotSupported" } } },
  ],
  ['{"Write":{"Ok":5}}', { kind: "Write", result: { ok: 5 } }],
  ['{"Read":{"Ok":[5,"aGVsbG8="]}}', { kind: "Read", result: { ok: HELLO } }],
  ['{"Read":{"Ok":[0,""]}}', { kind: "Read", result: { ok: Buffer.alloc(0) } }],
  ['{"ReadDir":{"result":{"Ok":["a","d"]}}}', { kind: "ReadDir", result: { ok: ["a", "d"] } }],
  [
    '{"ReadDir":{"result":{"Err":"FileNotFound { path: \\"/x\\" }"}}}',
    { kind: "ReadDir", result: { error: 'FileNotFound { path: "/x" }' } },
  ],
];

for (const [json, answer] of ANSWERS) {
  test(`${json} is what both ends say and understand`, () => {
    assert.equal(encodeAnswer(answer), json);
    assert.deepEqual(decodeAnswer(Buffer.from(json)), answer);
  });
}

test("fields that are not known, their order and white space mean nothing", () => {
  const json = ' { "Read" : {"new":[1.5,{}],"len":1,"pos":2,"path":"/a"} } \n';
  assert.deepEqual(decodeCommand(Buffer.from(json)), {
    kind: "Read",
    path: "/a",
    position: 2,
    length: 1,
  });
});

for (const [json, why] of [
  ["", "nothing"],
  ["x", "no JSON"],
  ['"Exists"', "a command without a body"],
  ['["Exists"]', "a list"],
  ["null", "null"],
  ["{}", "no command"],
  ['{"Exists":{"path":"/a"},"Read":{"path":"/a","pos":0,"len":1}}', "two commands"],
  ['{"exists":{"path":"/a"}}', "another case"],
  ['{"Copy":{"path":"/a"}}', "a command that is none"],
  ['{"constructor":{"path":"/a"}}', "a name that every object has"],
  ['{"Exists":{}}', "no path"],
  ['{"Exists":"/a"}', "a bare path"],
  ['{"Exists":{"path":null}}', "a null path"],
  ['{"Exists":{"path":"\\ud800"}}', "half a character"],
  ['{"Read":{"path":"/a","pos":0}}', "no length"],
  ['{"Read":{"path":"/a","len":0}}', "no position"],
  ['{"Read":{"path":"/a","pos":-1,"len":1}}', "a negative position"],
  ['{"Read":{"path":"/a","pos":1.5,"len":1}}', "a broken position"],
  ['{"Read":{"path":"/a","pos":"1","len":1}}', "a position in quotes"],
  ['{"Read":{"path":"/a","pos":0,"len":1e300}}', "a length of more than 64 bits"],
  ['{"Write":{"path":"/a","pos":0,"len":0}}', "no data"],
  ['{"Write":{"path":"/a","pos":0,"len":0,"data":[]}}', "data that is no text"],
  ['\ufeff{"Exists":{"path":"/a"}}', "a byte order mark"],
] as const) {
  test(`${why} is no command: ${json}`, () => {
    assert.equal(decodeCommand(Buffer.from(json)), undefined);
  });
}

for (const [what, start, piece, end] of [
  ["lists", "[", "[", "]"],
  ["objects", "", '{"a":', "}"],
  ["values", "[0", ",0", "]"],
] as const) {
  const json = (count: number) => {
    const closing = what === "values" ? "" : end.repeat(count);
    const inner =
      what === "objects"
        ? `${piece.repeat(count)}0${closing}`
        : `${start}${piece.repeat(count)}${closing}${end}`;
    return Buffer.from(`{"Exists":{"path":"/a","x":${inner}}}`);
  };

  test(`a field nobody knows may hold thousands of ${what}, but not any number`, () => {
    assert.deepEqual(decodeCommand(json(8000)), { kind: "Exists", path: "/a" });
    assert.equal(decodeCommand(json(8192)), undefined);
  });
}

test("bytes that are no UTF-8 are no command", () => {
  const bytes = Buffer.concat([
    Buffer.from('{"Exists":{"path":"/'),
    Buffer.from([0xff]),
    Buffer.from('"}}'),
  ]);
  assert.equal(decodeCommand(bytes), undefined);
});

test("the largest numbers of 64 bits mean more than there is of anything", () => {
  const json = '{"Read":{"path":"/a","pos":18446744073709551615,"len":9007199254740993}}';
  assert.deepEqual(decodeCommand(Buffer.from(json)), {
    kind: "Read",
    path: "/a",
    position: 9_007_199_254_740_991,
    length: 9_007_199_254_740_991,
  });
});

test("data that is no base64 leaves a command that can be answered", () => {
  const json = '{"Write":{"path":"/a","pos":0,"len":1,"data":"a-_="}}';
  assert.deepEqual(decodeCommand(Buffer.from(json)), {
    kind: "Write",
    path: "/a",
    position: 0,
    data: undefined,
  });
});

for (const [json, why] of [
  ['{"Exists":{"Ok":1}}', "a number for yes"],
  ['{"Exists":{"Ok":true,"Err":"NotSupported"}}', "yes and no"],
  ['{"Exists":{"Err":"Unknown"}}', "an error that is none"],
  ['{"Metadata":{"Ok":{"file_type":"Link","len":0}}}', "a third kind of file"],
  ['{"Metadata":{"Ok":{"file_type":"File","len":9007199254740993}}}', "a length that is not exact"],
  ['{"CreateFile":"Maybe"}', "neither success nor failure"],
  ['{"RemoveFile":{"Ok":true}}', "something where null is due"],
  ['{"Read":{"Ok":[4,"aGVsbG8="]}}', "a count that is not the data's"],
  ['{"Read":{"Ok":[5,"aGVsbG8=",0]}}', "three things for two"],
  ['{"Read":{"Ok":[5,"aGVsbG8"]}}', "base64 without its padding"],
  ['{"ReadDir":{"Ok":["a"]}}', "a listing without its wrapping"],
  ['{"ReadDir":{"result":{"Ok":["a",1]}}}', "a number for a name"],
  ['{"ReadDir":{"result":{"Err":{"IoError":"x"}}}}', "an error that is no text"],
  ['{"Hello":{"Ok":null}}', "an answer to nothing"],
] as const) {
  test(`${why} is no answer: ${json}`, () => {
    assert.equal(decodeAnswer(Buffer.from(json)), undefined);
  });
}
