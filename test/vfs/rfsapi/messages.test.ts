import assert from "node:assert/strict";
import { test } from "node:test";
import {
  END,
  fileText,
  modifiedMsOf,
  readFolder,
  startText,
  timeText,
} from "../../../src/vfs/rfsapi/messages.ts";

const FILE =
  '{"mime_type":"text/plain","name":"a.txt","last_modified":"2020-04-22T13:02:57.928406978Z","size":7,"is_file":true}';
const ANSWER = `{"writes_supported":false,"is_root":true,"is_file":false,"files":[${FILE}]}`;

test("what is written is the original's form, and is read again", () => {
  const read = readFolder(ANSWER);
  assert.deepEqual(read, {
    writesSupported: false,
    isRoot: true,
    isFile: false,
    files: [
      {
        mimeType: "text/plain",
        name: "a.txt",
        lastModified: "2020-04-22T13:02:57.928406978Z",
        size: 7,
        isFile: true,
      },
    ],
  });
  assert.equal(startText(read) + read.files.map(fileText).join() + END, ANSWER);
});

for (const [ms, ns, text] of [
  [0, undefined, "1970-01-01T00:00:00Z"],
  [undefined, undefined, "1970-01-01T00:00:00Z"],
  [1_587_560_577_000, undefined, "2020-04-22T13:02:57Z"],
  [1_587_560_577_928.407, undefined, "2020-04-22T13:02:57.928407000Z"],
  [1_587_560_577_928.407, 1_587_560_577_928_406_978n, "2020-04-22T13:02:57.928406978Z"],
  [1_587_560_577_000, 1_587_560_577_000_000_001n, "2020-04-22T13:02:57.000000001Z"],
  [-1, -1_000_000n, "1969-12-31T23:59:59.999000000Z"],
  [-1000, undefined, "1969-12-31T23:59:59Z"],
  [9e15, undefined, "9999-12-31T23:59:59Z"],
] as const) {
  test(`${ns ?? ms} is written as ${text}`, () => {
    assert.equal(timeText(ms, ns), text);
  });
}

for (const [text, ms] of [
  ["2020-04-22T13:02:57Z", 1_587_560_577_000],
  ["2020-04-22t13:02:57z", 1_587_560_577_000],
  ["2020-04-22T13:02:57.5Z", 1_587_560_577_500],
  ["2020-04-22T15:02:57+02:00", 1_587_560_577_000],
  ["2020-04-22T10:32:57.25-02:30", 1_587_560_577_250],
  ["2020-02-29T00:00:00Z", 1_582_934_400_000],
  ["2016-12-31T23:59:60Z", 1_483_228_800_000],
  ["2021-02-29T00:00:00Z", undefined],
  ["2020-04-31T00:00:00Z", undefined],
  ["2020-13-01T00:00:00Z", undefined],
  ["2020-04-22T24:00:00Z", undefined],
  ["2020-04-22T13:02:57", undefined],
  ["2020-04-22T13:02:57.Z", undefined],
  ["2020-04-22T13:02:57+0200", undefined],
  ["2020-04-22 13:02:57Z", undefined],
  ["Wed, 22 Apr 2020 13:02:57 GMT", undefined],
] as const) {
  test(`${text} is ${ms === undefined ? "no date" : ms}`, () => {
    assert.equal(modifiedMsOf(text), ms);
  });
}

for (const [what, text, message] of [
  ["no JSON", "{", /JSON/],
  ["a list", "[]", /no object/],
  [
    "an unknown key above",
    ANSWER.replace('"is_root"', '"extra":1,"is_root"'),
    /unknown key "extra"/,
  ],
  [
    "an unknown key in a file",
    ANSWER.replace('"size"', '"owner":"x","size"'),
    /unknown key "owner"/,
  ],
  ["a missing key", ANSWER.replace('"size":7,', ""), /has no size/],
  ["a key twice", ANSWER.replace('"size":7', '"size":7,"size":7'), /twice/],
  [
    "a key twice, one of them in disguise",
    ANSWER.replace('"size":7', '"s\\u0069ze":8,"size":7'),
    /twice/,
  ],
  [
    "a key twice above",
    ANSWER.replace('"is_file":false', '"is_file":false, "is_file" : false'),
    /twice/,
  ],
  ["a prototype", ANSWER.replace('"size":7', '"__proto__":{},"size":7'), /unknown key "__proto__"/],
  ["a text for a flag", ANSWER.replace('"is_root":true', '"is_root":"true"'), /is_root/],
  ["a negative size", ANSWER.replace("7,", "-7,"), /no size/],
  ["half a byte", ANSWER.replace("7,", "7.5,"), /no size/],
  ["no media type", ANSWER.replace("text/plain", "text"), /no media type/],
  ["no date", ANSWER.replace("2020-04-22T", "2020-04-22 "), /no date/],
  ["a name of two segments", ANSWER.replace("a.txt", "a/b"), /no name/],
  ["a way up", ANSWER.replace("a.txt", ".."), /no name/],
  ["no name", ANSWER.replace("a.txt", ""), /no name/],
  [
    "two files as one",
    ANSWER.replace('"is_file":false', '"is_file":true').replace(FILE, `${FILE},${FILE}`),
    /by itself/,
  ],
] as const) {
  test(`refused: ${what}`, () => {
    assert.throws(() => readFolder(text), { message });
  });
}

test("blanks, other orders, and quotes and colons in names are no fault", () => {
  const text = `{ "is_root" : true, "writes_supported":false,\n"files" : [ ${FILE.replace("a.txt", 'a\\\\\\": \\"size\\":')} ], "is_file":false }`;
  assert.equal(readFolder(text).files[0]?.name, 'a\\": "size":');
});

test("an answer nested without end is an error like any other", () => {
  assert.throws(() => readFolder("[".repeat(200_000) + "]".repeat(200_000)));
});
