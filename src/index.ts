// What the package exports: the server from a configuration, and its layers one by one, for those
// who want to build something else from them.

export { connectRfsapi } from "./app/remote-files.ts";
export { type App, type AppPorts, createApp } from "./app.ts";
export { type ByteSource, sourceOf } from "./base/byte-source.ts";
export { type Arrival, type ByteStream, type Loop, MORE } from "./base/byte-stream.ts";
export { type Clock, systemClock } from "./base/clock.ts";
export { type Logger, silentLogger } from "./base/logger.ts";
export type { Peer } from "./base/peer.ts";
export type { Config } from "./config/config.ts";
export { type ConfigResult, readConfig } from "./config/read-config.ts";
export {
  type Compressor,
  type CompressorOptions,
  createCompressor,
} from "./handlers/compressor.ts";
export { type StaticOptions, staticFiles } from "./handlers/static-files.ts";
export type { Context, ErrorPages, Handler } from "./http/handler.ts";
export { HttpError } from "./http/http-error.ts";
export { type MediaTypes, mediaTypesOf } from "./http/media-type.ts";
export { chooseRange, type RangeChoice } from "./http/range.ts";
export type { IncomingBody, Request } from "./http/request.ts";
export { type Body, NO_BODY, type Response, reusable } from "./http/response.ts";
export type { Exchange, Service } from "./http/service.ts";
export { parseTarget, type Target, type UrlPath } from "./http/target.ts";
export { serveHttp1 } from "./http1/connection.ts";
export { DEFAULT_HTTP1_LIMITS, type Http1Limits } from "./http1/limits.ts";
export type { Server } from "./server/server.ts";
export { type DiskOptions, diskFileSystem } from "./vfs/disk.ts";
export type {
  CommitOptions,
  Entry,
  Expected,
  FileDraft,
  FileSystem,
  FileSystemWriter,
  OpenFile,
  Stat,
} from "./vfs/file-system.ts";
export { FsError, type FsErrorCode } from "./vfs/fs-error.ts";
export {
  DEFAULT_HTTPS_LIMITS,
  type HttpsFileSystem,
  type HttpsLimits,
  type HttpsOptions,
  httpsFileSystem,
} from "./vfs/https/client.ts";
export type { CredentialSource, Credentials } from "./vfs/https/session.ts";
export {
  type MemoryFileSystem,
  type MemoryFiles,
  type MemoryOptions,
  memoryFileSystem,
} from "./vfs/memory.ts";
export { type Mounts, mounts } from "./vfs/mounts.ts";
export { extensionOf, pathFrom } from "./vfs/names.ts";
export { type Overlay, overlay } from "./vfs/overlay.ts";
export { childOf, isBelow, nameOf, parentOf, ROOT, type VfsPath, vfsPathOf } from "./vfs/path.ts";
export { readOnly } from "./vfs/read-only.ts";
export { readText } from "./vfs/read-text.ts";
export { type RfsapiClient, type RfsapiOptions, rfsapiClient } from "./vfs/rfsapi/client.ts";
export type { RawFile, RawFolder } from "./vfs/rfsapi/messages.ts";
export { subtree } from "./vfs/subtree.ts";
export {
  type CopyOptions,
  copyFile,
  copyTree,
  makeDirectories,
  moveTree,
  type Place,
  removeTree,
  statIfThere,
  type Walked,
  walk,
} from "./vfs/tree.ts";
