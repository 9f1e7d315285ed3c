// PUT, DELETE and MKCOL as simply as they can be, and GET: what stands inside of WebDAV in its tests.

import { httpErrorOf } from "../../../src/handlers/fs-status.ts";
import { pathBelow } from "../../../src/handlers/location.ts";
import type { Handler } from "../../../src/http/handler.ts";
import { HttpError } from "../../../src/http/http-error.ts";
import type { Request } from "../../../src/http/request.ts";
import type { Response } from "../../../src/http/response.ts";
import type { FileSystem } from "../../../src/vfs/file-system.ts";
import { parentOf, type VfsPath } from "../../../src/vfs/path.ts";
import { removeTree, statIfThere, writerOf } from "../../../src/vfs/tree.ts";
import { bytesOf, pathOf } from "../../support/request.ts";

export function plainWrites(fileSystem: FileSystem, prefix: string): Handler {
  return async (request) => {
    const { target, method } = request;
    if (target.kind === "asterisk") throw new HttpError(400, "no file");
    const path = pathOf(pathBelow(prefix, target.path) || "/");
    const act = { GET: read, HEAD: read, PUT: put, DELETE: remove, MKCOL: make }[method];
    if (method === "OPTIONS")
      return answer(204, [["Allow", "GET, HEAD, OPTIONS, PUT, DELETE, MKCOL"]]);
    if (act === undefined) throw new HttpError(405, method, [["Allow", "GET"]]);
    try {
      return await act({ fileSystem, path, request });
    } catch (error) {
      throw httpErrorOf(error, path);
    }
  };
}

interface Job {
  readonly fileSystem: FileSystem;
  readonly path: VfsPath;
  readonly request: Request;
}

function answer(status: number, fields: Response["fields"] = []): Response {
  return { status, fields, body: { kind: "none" } };
}

async function read({ fileSystem, path }: Job): Promise<Response> {
  const file = await fileSystem.open(path);
  const { size, version } = file.stat;
  const bytes = await bytesOf({ kind: "range", source: file, start: 0, length: size });
  return { status: 200, fields: [["ETag", `"${version}"`]], body: { kind: "bytes", bytes } };
}

async function assertParent({ fileSystem, path }: Job): Promise<void> {
  const parent = await statIfThere({ fileSystem, path: parentOf(path) });
  if (parent?.kind !== "directory") throw new HttpError(409, "no parent");
}

async function put(job: Job): Promise<Response> {
  const { fileSystem, path, request } = job;
  await assertParent(job);
  const before = await statIfThere({ fileSystem, path });
  if (before?.kind === "directory") throw new HttpError(405, "a directory");
  const draft = await writerOf({ fileSystem, path }).write(path);
  try {
    for await (const chunk of request.body) await draft.write(chunk);
    await draft.commit({ expected: "anything", modifiedMs: undefined });
  } finally {
    await draft.abort();
  }
  return answer(before === undefined ? 201 : 204);
}

async function remove({ fileSystem, path }: Job): Promise<Response> {
  await fileSystem.stat(path);
  await removeTree({ fileSystem, path });
  return answer(204);
}

async function make(job: Job): Promise<Response> {
  const { fileSystem, path, request } = job;
  if (request.body.length !== 0) throw new HttpError(415, "a body");
  await assertParent(job);
  if ((await statIfThere({ fileSystem, path })) !== undefined) throw new HttpError(405, "exists");
  await writerOf({ fileSystem, path }).makeDirectory(path);
  return answer(201);
}
