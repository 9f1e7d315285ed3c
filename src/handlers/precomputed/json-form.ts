// A resource as JSON, in the very shape that `flatc` turns into flashd's form and back, so that one
// file can be written by hand, served as it is, and compiled by either. Unknown words are refused, as
// flatc refuses them: a misspelt "negotiations" would serve what nobody wanted.

import {
  BadResource,
  type Choice,
  checked,
  type Negotiation,
  type Resource,
  type Source,
  type StoredRepresentation,
} from "./resource.ts";

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** @throws BadResource for whatever is wrong with the text */
export function readJson(bytes: Uint8Array): Resource {
  let value: unknown;
  try {
    value = JSON.parse(UTF8.decode(bytes));
  } catch (error) {
    throw new BadResource(`it is no JSON: ${error instanceof Error ? error.message : error}`);
  }
  const { representations, negotiations } = object(value, "the resource", [
    "representations",
    "negotiations",
  ]);
  return checked({
    representations: list(representations, "representations").map(representationIn),
    negotiations:
      negotiations === undefined ? [] : list(negotiations, "negotiations").map(negotiationIn),
  });
}

function representationIn(value: unknown): StoredRepresentation {
  const one = object(value, "a representation", [
    "source_type",
    "source",
    "status",
    "header_length",
    "etag",
    "last_modified",
  ]);
  const { source_type: type, source, status, header_length: headerLength } = one;
  const { etag, last_modified: modified } = one;
  return {
    source: sourceIn(type, source),
    status: status === undefined ? 200 : integer(status, "status", 0, 65_535),
    headerLength:
      headerLength === undefined
        ? 0
        : integer(headerLength, "header_length", 0, Number.MAX_SAFE_INTEGER),
    etag: etag === undefined ? undefined : text(etag, "etag"),
    lastModified: modified === undefined ? undefined : timestampIn(modified),
  };
}

function timestampIn(value: unknown): number {
  const { timestamp } = object(value, "last_modified", ["timestamp"]);
  return integer(timestamp, "timestamp", Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
}

function sourceIn(type: unknown, value: unknown): Source | undefined {
  switch (type) {
    case undefined:
    case "NONE":
      return undefined;
    case "FileSource": {
      const { filename } = object(value, "a FileSource", ["filename"]);
      return { kind: "file", name: text(filename, "filename") };
    }
    case "InlineSource": {
      const { contents } = object(value, "an InlineSource", ["contents"]);
      return { kind: "inline", contents: Buffer.from(text(contents, "contents")) };
    }
    default:
      throw new BadResource(`source_type is ${JSON.stringify(type)}: FileSource or InlineSource`);
  }
}

function negotiationIn(value: unknown): Negotiation {
  const names = ["header", "choices", "wildcard", "must_match"];
  const one = object(value, "a negotiation", names);
  const { header, choices, wildcard, must_match: mustMatch } = one;
  if (mustMatch !== undefined && typeof mustMatch !== "boolean") {
    throw new BadResource("must_match is true or false");
  }
  return {
    header: text(header, "header"),
    choices: list(choices, "choices").map(choiceIn),
    wildcard: wildcard === undefined ? undefined : text(wildcard, "wildcard"),
    mustMatch: mustMatch === true,
  };
}

function choiceIn(value: unknown): Choice {
  const one = object(value, "a choice", ["name", "specificity", "representations"]);
  const { name, specificity, representations } = one;
  return {
    name: text(name, "name"),
    specificity: specificity === undefined ? 0 : integer(specificity, "specificity", 0, 255),
    representations: list(representations, "representations").map((index) =>
      integer(index, "an index of representations", 0, 65_535),
    ),
  };
}

function object(
  value: unknown,
  what: string,
  names: readonly string[],
): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new BadResource(`${what} is no object`);
  }
  const unknown = Object.keys(value).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new BadResource(`${what} has a word that nobody knows: ${JSON.stringify(unknown)}`);
  }
  return Object.fromEntries(Object.entries(value));
}

function list(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new BadResource(`${what} must be a list`);
  return value;
}

function text(value: unknown, what: string): string {
  if (typeof value !== "string") throw new BadResource(`${what} must be a text`);
  return value;
}

function integer(value: unknown, what: string, least: number, most: number): number {
  const isFine = typeof value === "number" && Number.isSafeInteger(value);
  if (isFine && value >= least && value <= most) return value;
  throw new BadResource(`${what} must be a whole number`);
}

/** With defaults left out, as `flatc --json --strict-json` writes it. */
export function writeJson(resource: Resource): string {
  const { representations, negotiations } = checked(resource);
  const shape = {
    representations: representations.map(
      ({ status, headerLength, etag, lastModified, source }) => ({
        ...(source === undefined ? {} : sourceShape(source)),
        ...(status === 200 ? {} : { status }),
        ...(headerLength === 0 ? {} : { header_length: headerLength }),
        ...(etag === undefined ? {} : { etag }),
        ...(lastModified === undefined ? {} : { last_modified: { timestamp: lastModified } }),
      }),
    ),
    ...(negotiations.length === 0 ? {} : { negotiations: negotiations.map(negotiationShape) }),
  };
  return `${JSON.stringify(shape, null, 2)}\n`;
}

/** @throws BadResource for contents that JSON cannot hold */
function sourceShape(source: Source): object {
  if (source.kind === "file") {
    return { source_type: "FileSource", source: { filename: source.name } };
  }
  try {
    const contents = UTF8.decode(source.contents);
    return { source_type: "InlineSource", source: { contents } };
  } catch {
    throw new BadResource("contents that are not UTF-8 must stand in a file");
  }
}

function negotiationShape({ header, choices, wildcard, mustMatch }: Negotiation): object {
  return {
    header,
    choices: choices.map(({ name, specificity, representations }) => ({
      name,
      ...(specificity === 0 ? {} : { specificity }),
      representations,
    })),
    ...(wildcard === undefined ? {} : { wildcard }),
    ...(mustMatch ? { must_match: true } : {}),
  };
}
