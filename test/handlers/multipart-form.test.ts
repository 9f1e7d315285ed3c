import assert from "node:assert/strict";
import { test } from "node:test";
import {
  FORM_LIMITS,
  type FormLimits,
  type FormPart,
  formParts,
} from "../../src/handlers/multipart-form.ts";
import { HttpError } from "../../src/http/http-error.ts";
import type { IncomingBody } from "../../src/http/request.ts";

const TYPE = "multipart/form-data; boundary=XX";

function field(name: string, value: string): string {
  return `--XX\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
}

function file(fileName: string, content: string): string {
  return (
    `--XX\r\nContent-Disposition: form-data; name="files"; filename="${fileName}"\r\n` +
    `Content-Type: text/plain\r\n\r\n${content}\r\n`
  );
}

const END = "--XX--\r\n";

interface Watched extends IncomingBody {
  asked: number;
}

/** One buffer for all chunks: what was lent is written over when the next one is asked for. */
function bodyOf(text: string, pieceBytes: number): Watched {
  const bytes = Buffer.from(text);
  const lent = Buffer.alloc(pieceBytes);
  const body: Watched = {
    asked: 0,
    length: bytes.length,
    async *[Symbol.asyncIterator]() {
      for (let at = 0; at < bytes.length; at += pieceBytes) {
        body.asked++;
        const length = bytes.copy(lent, 0, at, at + pieceBytes);
        yield lent.subarray(0, length);
        lent.fill("!");
      }
    },
  };
  return body;
}

async function textOf(content: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function told(parts: AsyncIterable<FormPart>): Promise<string[]> {
  const list: string[] = [];
  for await (const part of parts) {
    list.push(
      part.kind === "field"
        ? `${part.name}=${part.value}`
        : `${part.name} ${part.fileName}: ${await textOf(part.content)}`,
    );
  }
  return list;
}

const FORM =
  field("a", "1") + file("ä.txt", "hello\r\n--XY") + file("b", "") + field("c", "ü") + END;

for (const pieceBytes of [1, 2, 7, 64, 4096]) {
  test(`parts come in order, ${pieceBytes} bytes at a time`, async () => {
    assert.deepEqual(await told(formParts(bodyOf(FORM, pieceBytes), TYPE, FORM_LIMITS)), [
      "a=1",
      "files ä.txt: hello\r\n--XY",
      "files b: ",
      "c=ü",
    ]);
  });
}

test("content that nobody reads is passed over", async () => {
  const names: string[] = [];
  const long = file("long", "x".repeat(500_000));
  const parts = formParts(bodyOf(long + file("b", "y") + END, 1000), TYPE, FORM_LIMITS);
  for await (const part of parts) names.push(part.kind === "file" ? part.fileName : "");
  assert.deepEqual(names, ["long", "b"]);
});

test("content that its reader gives up on is passed over, too", { timeout: 5000 }, async () => {
  const names: string[] = [];
  const long = file("long", "x".repeat(500_000));
  const parts = formParts(bodyOf(long + file("b", "y") + END, 1000), TYPE, FORM_LIMITS);
  for await (const part of parts) {
    if (part.kind !== "file") continue;
    names.push(part.fileName);
    for await (const bytes of part.content) if (bytes.length > 0) break;
  }
  assert.deepEqual(names, ["long", "b"]);
});

test("the body is read no further than its reader is", async () => {
  const body = bodyOf(file("long", "x".repeat(4_000_000)) + END, 16_000);
  for await (const part of formParts(body, TYPE, FORM_LIMITS)) {
    assert.equal(part.kind, "file");
    if (part.kind !== "file") continue;
    const reading = part.content[Symbol.asyncIterator]();
    await reading.next();
    await new Promise((resolve) => setImmediate(resolve));
    assert.ok(body.asked < 20, `${body.asked} chunks of 250`);
    let rest = 0;
    for (let step = await reading.next(); step.done !== true; step = await reading.next()) {
      rest += step.value.length;
    }
    assert.ok(rest > 3_900_000);
  }
  assert.equal(body.asked, 251);
});

async function refusal(text: string, limits: Partial<FormLimits> = {}, type = TYPE) {
  try {
    await told(formParts(bodyOf(text, 100), type, { ...FORM_LIMITS, ...limits }));
  } catch (error) {
    assert.ok(error instanceof HttpError, String(error));
    return `${error.status} ${error.reason}`;
  }
  return "none";
}

for (const [what, text, limits, expected] of [
  [
    "too many files",
    file("a", "1") + file("b", "2") + END,
    { filesMax: 1 },
    "413 more than 1 files in one form",
  ],
  ["as many files as may be", file("a", "1") + END, { filesMax: 1 }, "none"],
  [
    "too many fields",
    field("a", "1") + field("b", "2") + END,
    { fieldsMax: 1 },
    "413 more than 1 fields in one form",
  ],
  [
    "a field too long",
    field("a", "12345") + END,
    { fieldBytesMax: 4 },
    "413 a field of the form is too long",
  ],
  ["a field just short enough", field("a", "1234") + END, { fieldBytesMax: 4 }, "none"],
  ["a form without its end", field("a", "1"), {}, "400 the form is broken"],
  [
    "a file without its end",
    "--XX\r\nContent-Disposition: form-data; name=f; filename=a\r\n\r\nabc",
    {},
    "400 the form is broken",
  ],
  [
    "a part with a broken head",
    "--XX\r\nno colon\r\n\r\nx\r\n--XX--",
    {},
    "400 the form is broken",
  ],
  ["nothing at all", "", {}, "400 the form is broken"],
] as const) {
  test(`${what}: ${expected}`, async () => {
    assert.equal(await refusal(text, limits), expected);
  });
}

test("a form that names no boundary is refused", async () => {
  assert.equal(
    await refusal(FORM, {}, "multipart/form-data"),
    "400 the form does not say what stands between its parts",
  );
});

test("a body that breaks off tells so to whoever reads the file in it", async () => {
  const broken: IncomingBody = {
    length: undefined,
    async *[Symbol.asyncIterator]() {
      yield Buffer.from(file("a", "x".repeat(100)).slice(0, -2));
      throw new HttpError(408, "stalled");
    },
  };
  const parts = formParts(broken, TYPE, FORM_LIMITS);
  const { value: part } = await parts.next();
  assert.ok(part?.kind === "file");
  await assert.rejects(textOf(part.content), { status: 408 });
  await assert.rejects(parts.next(), { status: 408 });
});

test("who has heard enough ends it, and the body is read no further", async () => {
  const body = bodyOf(file("a", "x".repeat(1_000_000)) + END, 1000);
  for await (const part of formParts(body, TYPE, FORM_LIMITS)) {
    assert.equal(part.kind, "file");
    break;
  }
  const { asked } = body;
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(body.asked <= asked + 1 && asked < 100, `${asked}, then ${body.asked}`);
});
