// Why a command over HTTPS failed, as it stands on the wire: the errors of the Rust library `vfs`
// 0.5. What they mean to our file systems: wire-failure.ts.

import { fieldsIn, type Json, onlyField, textOf } from "./json-value.ts";

export type WireError =
  | { readonly kind: "IoError"; readonly message: string }
  | { readonly kind: "FileNotFound"; readonly path: string }
  | { readonly kind: "InvalidPath"; readonly path: string }
  | { readonly kind: "Other"; readonly message: string }
  | { readonly kind: "WithContext"; readonly context: string; readonly cause: WireError }
  | { readonly kind: "NotSupported" };

export function encodeError(error: WireError): Json {
  switch (error.kind) {
    case "IoError":
      return { IoError: error.message };
    case "FileNotFound":
      return { FileNotFound: { path: error.path } };
    case "InvalidPath":
      return { InvalidPath: { path: error.path } };
    case "Other":
      return { Other: { message: error.message } };
    case "WithContext":
      return { WithContext: { context: error.context, cause: encodeError(error.cause) } };
    case "NotSupported":
      return "NotSupported";
    default:
      return error satisfies never;
  }
}

/** Causes of causes; a stranger's answer must not decide how deep our stack gets. */
const DEPTH_MAX = 64;

/** undefined: not the form of an error. */
export function decodeError(json: Json | undefined, depth: number = 0): WireError | undefined {
  if (json === "NotSupported") return { kind: "NotSupported" };
  const [kind, body] = onlyField(json) ?? [];
  const fields = fieldsIn(body);
  switch (kind) {
    case "IoError":
      return withText(textOf(body), (message) => ({ kind, message }));
    case "FileNotFound":
    case "InvalidPath":
      return withText(textOf(fields("path")), (path) => ({ kind, path }));
    case "Other":
      return withText(textOf(fields("message")), (message) => ({ kind, message }));
    case "WithContext": {
      const cause = depth < DEPTH_MAX ? decodeError(fields("cause"), depth + 1) : undefined;
      if (cause === undefined) return undefined;
      return withText(textOf(fields("context")), (context) => ({ kind, context, cause }));
    }
    default:
      return undefined;
  }
}

function withText(
  text: string | undefined,
  make: (text: string) => WireError,
): WireError | undefined {
  return text === undefined ? undefined : make(text);
}

/** As Rust's `{:?}` shows it: what ReadDir answers instead of an error. */
export function debugText(error: WireError): string {
  switch (error.kind) {
    case "IoError":
      return `IoError(${quoted(error.message)})`;
    case "FileNotFound":
    case "InvalidPath":
      return `${error.kind} { path: ${quoted(error.path)} }`;
    case "Other":
      return `Other { message: ${quoted(error.message)} }`;
    case "WithContext":
      return `WithContext { context: ${quoted(error.context)}, cause: ${debugText(error.cause)} }`;
    case "NotSupported":
      return "NotSupported";
    default:
      return error satisfies never;
  }
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  "\0": "\\0",
  "\t": "\\t",
  "\n": "\\n",
  "\r": "\\r",
  '"': '\\"',
  "\\": "\\\\",
};

/** Rust's form of a text literal: control characters and formats as \u{…}. */
function quoted(text: string): string {
  const escaped = text.replace(
    /["\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => SHORT_ESCAPES[character] ?? `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
  return `"${escaped}"`;
}
