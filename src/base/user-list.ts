// A file of users: "name:hash" on each line, as htpasswd writes it; empty lines and lines that start
// with "#" are for people. Text in, users out; who reads the file, and when, is others' business.

import { type PasswordHash, parsePasswordHash } from "./password-hash.ts";

export interface UserLine {
  readonly name: string;
  readonly hash: PasswordHash;
  /** From 1. */
  readonly line: number;
}

export interface UserListFault {
  readonly line: number;
  /** Never what stands after a colon. */
  readonly message: string;
}

export interface UserList {
  readonly users: readonly UserLine[];
  readonly faults: readonly UserListFault[];
}

/** Larger ones belong into a database; this one is read whole, and on the way of a request. */
export const USER_LIST_BYTES_MAX: number = 4 * 1024 * 1024;
const NAME_BYTES_MAX = 255;

export function parseUserList(text: string): UserList {
  const users = new Map<string, UserLine>();
  const faults: UserListFault[] = [];
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/);
  for (const [at, content] of lines.entries()) {
    const line = at + 1;
    if (content.trim() === "" || content.startsWith("#")) continue;
    const read = userOf(content);
    if (typeof read === "string") {
      faults.push({ line, message: read });
      continue;
    }
    const before = users.get(read.name);
    if (before === undefined) users.set(read.name, { ...read, line });
    else faults.push({ line, message: `names a user who stands in line ${before.line} already` });
  }
  return { users: [...users.values()], faults };
}

function userOf(content: string): Omit<UserLine, "line"> | string {
  const colon = content.indexOf(":");
  if (colon < 0) return "has no colon between a name and a hash";
  const name = content.slice(0, colon).normalize("NFC");
  const wrong = userNameFault(name);
  if (wrong !== undefined) return wrong;
  // htpasswd and people leave comments behind a second colon, or spaces; neither is in a hash.
  const parsed = parsePasswordHash(content.slice(colon + 1).replace(/(?::.*|\s+)$/, ""));
  return parsed.kind === "fault" ? `has what ${parsed.message}` : { name, hash: parsed.hash };
}

/** undefined: a name that a user may have (RFC 7617, section 2). */
export function userNameFault(name: string): string | undefined {
  if (name === "") return "has a user without a name";
  if (name.includes(":")) return "has a user with a colon in his name, which nobody can send";
  if (/[\p{Cc}\p{Cs}]/u.test(name)) return "has a user with a control character in his name";
  if (name !== name.trim() || name.startsWith("#")) {
    return "has a user whose name begins or ends with a space, or begins with #";
  }
  return Buffer.byteLength(name) > NAME_BYTES_MAX
    ? `has a user whose name is longer than ${NAME_BYTES_MAX} bytes`
    : undefined;
}
