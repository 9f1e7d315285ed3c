// Requests as a driver would hand them to a handler, made from a line and a few fields; and a
// context to answer them in.

import { silentLogger } from "../../src/base/logger.ts";
import type { Peer } from "../../src/base/peer.ts";
import { type Field, fieldsOf } from "../../src/http/fields.ts";
import type { Context } from "../../src/http/handler.ts";
import type { IncomingBody, Request } from "../../src/http/request.ts";
import type { Body, Response } from "../../src/http/response.ts";
import { parseTarget } from "../../src/http/target.ts";
import type { FileSystem, OpenFile } from "../../src/vfs/file-system.ts";
import { type VfsPath, vfsPathOf } from "../../src/vfs/path.ts";
import { fakeClock } from "./fake-clock.ts";

export type FieldMap = Readonly<Record<string, string | readonly string[]>>;

/** `host` among the fields is what was asked for; "localhost" when it is not there. */
export function requestOf(method: string, rawTarget: string, fields: FieldMap = {}): Request {
  const parsed = parseTarget(rawTarget, method);
  if (parsed.kind !== "target") throw new Error(`${rawTarget}: ${parsed.reason}`);
  const list = Object.entries(fields).flatMap(([name, values]): Field[] =>
    [values].flat().map((value) => [name, value]),
  );
  const all = fieldsOf(list);
  return {
    method,
    target: parsed.target,
    host: all.get("host") ?? "localhost",
    version: "1.1",
    fields: all,
    body: NOTHING,
  };
}

export function get(rawTarget: string, fields: FieldMap = {}): Request {
  return requestOf("GET", rawTarget, fields);
}

export function head(rawTarget: string, fields: FieldMap = {}): Request {
  return requestOf("HEAD", rawTarget, fields);
}

export const LOCAL_PEER: Peer = {
  address: "127.0.0.1",
  port: 50_000,
  localAddress: "127.0.0.1",
  localPort: 8080,
  isLoopback: true,
};

export const STRANGER: Peer = { ...LOCAL_PEER, address: "203.0.113.9", isLoopback: false };

/** 2026-01-02T03:04:05Z, nobody listening to the log. */
export function contextOf(changes: Partial<Context> = {}): Context {
  const { signal } = new AbortController();
  const written = { route: "", requestId: "", cache: undefined, viaProxy: false };
  return { peer: STRANGER, clock: fakeClock(), log: silentLogger, signal, ...written, ...changes };
}

/** The one value of a field of a response; undefined when absent. Throws when it is repeated. */
export function fieldOf(response: Response, name: string): string | undefined {
  const found = response.fields.filter(([other]) => other.toLowerCase() === name);
  if (found.length > 1) throw new Error(`${name} stands ${found.length} times in the response`);
  return found[0]?.[1];
}

/** The body as a driver would send it; closes what it read from. */
export async function bytesOf(body: Body): Promise<Buffer> {
  switch (body.kind) {
    case "none":
      return Buffer.alloc(0);
    case "bytes":
      return Buffer.from(body.bytes);
    case "range": {
      const bytes = Buffer.alloc(body.length);
      let length = 0;
      for (let read = -1; read !== 0 && length < bytes.length; length += read) {
        read = await body.source.readAt(bytes.subarray(length), body.start + length);
      }
      await body.source.close();
      return bytes.subarray(0, length);
    }
    case "stream": {
      const chunks: Uint8Array[] = [];
      for await (const chunk of body.chunks) chunks.push(Buffer.from(chunk));
      return Buffer.concat(chunks);
    }
    case "upgrade":
      throw new Error("an upgrade has no bytes of its own");
    default:
      return body satisfies never;
  }
}

export async function textOf(response: Response): Promise<string> {
  return (await bytesOf(response.body)).toString("utf8");
}

/** A path that is known to name a file. */
export function pathOf(text: string): VfsPath {
  const path = vfsPathOf(text);
  if (path === undefined) throw new Error(`no file can be called ${text}`);
  return path;
}

/** A file system that knows how many of its files are open. Closing one twice is an error. */
export function watched(fileSystem: FileSystem): {
  readonly fileSystem: FileSystem;
  readonly openFiles: () => number;
} {
  const open = new Set<OpenFile>();
  return {
    openFiles: () => open.size,
    fileSystem: {
      stat: (path) => fileSystem.stat(path),
      list: (path) => fileSystem.list(path),
      async open(path) {
        const inner = await fileSystem.open(path);
        const file: OpenFile = {
          stat: inner.stat,
          readAt: (target, position) => inner.readAt(target, position),
          close() {
            if (!open.delete(file)) throw new Error(`${path} is closed twice`);
            return inner.close();
          },
        };
        open.add(file);
        return file;
      },
    },
  };
}

const NOTHING: IncomingBody = {
  length: 0,
  async *[Symbol.asyncIterator]() {},
};
