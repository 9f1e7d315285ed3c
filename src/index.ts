// What the package exports: the server from a configuration, and its layers one by one, for those
// who want to build something else from them.

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
export { diskFileSystem } from "./vfs/disk.ts";
export type { Entry, FileSystem, OpenFile, Stat } from "./vfs/file-system.ts";
export { FsError } from "./vfs/fs-error.ts";
export { memoryFileSystem } from "./vfs/memory.ts";
export { type VfsPath, vfsPathOf } from "./vfs/path.ts";
