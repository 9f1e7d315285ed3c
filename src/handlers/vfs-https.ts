// The server's end of a file system over HTTPS: commands in, answers out, all of them POST to one
// address. Older clients look closely: an answer has no Content-Type, a refusal no body.
//
// The order of the questions is the protocol's: which session is it, who is behind it, and only
// then what is asked for. So whoever has no password learns nothing but that he needs one.

import type { Verb } from "../http/access.ts";
import { type CheckCredentials, credentialsOf } from "../http/credentials.ts";
import type { Field, Fields } from "../http/fields.ts";
import type { Context, Handler } from "../http/handler.ts";
import { HttpError } from "../http/http-error.ts";
import { encodePath } from "../http/percent.ts";
import type { Request } from "../http/request.ts";
import { NO_BODY, type Response } from "../http/response.ts";
import { type Answer, decodeCommand, encodeAnswer } from "../vfs/https/messages.ts";
import { PROTOCOL_VERSION, REALM, VERSION_FIELD } from "../vfs/https/version.ts";
import { debugText } from "../vfs/https/wire-error.ts";
import { ROOT, type VfsPath } from "../vfs/path.ts";
import { answerCommand, type CommandOptions, type May } from "./vfs-commands.ts";
import type { Session, Sessions } from "./vfs-sessions.ts";
import { wholeBody } from "./whole-body.ts";

export interface VfsHttpsOptions extends CommandOptions {
  /** Of the route: "/" or "/vfs". */
  readonly prefix: string;
  /** One command, in bytes of JSON. 413 */
  readonly commandBytesMax: number;
  /** undefined: everybody may do what `may` of nobody lets him. */
  readonly guard: Guard | undefined;
  /** Beyond what the file system itself refuses. @param user undefined: has not said who he is */
  readonly may: (user: string | undefined, verb: Verb, path: VfsPath) => boolean;
}

export interface VfsHttpsLimits {
  readonly commandBytesMax: number;
  readonly readBytesMax: number;
  readonly sessionsMax: number;
  readonly sessionIdleMs: number;
}

export interface Guard {
  readonly check: CheckCredentials;
  readonly sessions: Sessions;
}

export function vfsHttps(options: VfsHttpsOptions): Handler {
  const { guard, prefix } = options;
  const places = placesOf(prefix);
  return async (request, context) => {
    let cookie: readonly Field[] = [];
    try {
      if (guard === undefined)
        return await obeyed(undefined, request, { places, options, context });
      const session = await sessionOf(request, guard, context);
      if (session.isNew) cookie = [["Set-Cookie", cookieOf(session.id, prefix, context)]];
      const { user } = session;
      const answer =
        user === undefined ? CHALLENGE : await obeyed(user, request, { places, options, context });
      return { ...answer, fields: [...answer.fields, ...cookie] };
    } catch (error) {
      // Refusals have no body here, so they must not come to the error pages.
      if (!(error instanceof HttpError)) throw error;
      context.trace?.note(HERE, `${error.reason} → ${error.status}`);
      return { ...empty(error.status), fields: [VERSION, ...error.fields, ...cookie] };
    }
  };
}

const HERE = "handlers/vfs-https";
const VERSION: Field = [VERSION_FIELD, PROTOCOL_VERSION];

function empty(status: number): Response {
  return { status, fields: [VERSION], body: NO_BODY };
}

const CHALLENGE: Response = {
  status: 401,
  fields: [VERSION, ["WWW-Authenticate", `Basic realm="${REALM}", charset="UTF-8"`]],
  body: NO_BODY,
};

/** The route's own path, with and without a slash behind it. */
function placesOf(prefix: string): ReadonlySet<string> {
  const bare = prefix.endsWith("/") ? prefix.slice(0, -1) : prefix;
  return new Set(prefix.endsWith("/") ? [prefix] : [bare, `${bare}/`]);
}

interface Circumstances {
  readonly places: ReadonlySet<string>;
  readonly options: VfsHttpsOptions;
  readonly context: Context;
}

/** What comes after the question who is asking. */
async function obeyed(
  user: string | undefined,
  { method, target, body }: Request,
  { places, options, context: { trace } }: Circumstances,
): Promise<Response> {
  if (method !== "POST" || target.kind !== "path" || !places.has(target.path)) {
    throw new HttpError(404, "commands are POSTed to the route's own path");
  }
  const bytes = await wholeBody(body, bytesMaxOf(user, options));
  const command = decodeCommand(bytes);
  if (command === undefined) throw new HttpError(400, "the body is no command");
  const may: May = (verb, path) => options.may(user, verb, path);
  const answer = await answerCommand(command, may, options);
  const json = encodeAnswer(answer);
  const path = JSON.stringify(command.path);
  trace?.note(HERE, `${command.kind} ${path} of ${user ?? "anybody"} → ${outcomeOf(answer)}`);
  return { status: 200, fields: [VERSION], body: { kind: "bytes", bytes: Buffer.from(json) } };
}

/**
 * Room for the longest path, every character of it escaped. Only data needs more, and who changes
 * nothing sends none: he must not have us keep a whole command of his on each of his connections.
 */
const READING_BYTES_MAX = 64 * 1024;

function bytesMaxOf(user: string | undefined, options: VfsHttpsOptions): number {
  const { commandBytesMax, fileSystem, may } = options;
  const mayChange = fileSystem.writer !== undefined && may(user, "write", ROOT);
  return mayChange ? commandBytesMax : Math.min(commandBytesMax, READING_BYTES_MAX);
}

function outcomeOf(answer: Answer): string {
  if ("succeeded" in answer) return answer.succeeded ? "done" : "failed";
  if ("ok" in answer.result) return "done";
  const { error } = answer.result;
  return typeof error === "string" ? error : debugText(error);
}

/** Who has said his password before need not say it again, and is not asked whether it is right. */
async function sessionOf(
  { fields }: Request,
  { check, sessions }: Guard,
  { peer, trace }: Context,
): Promise<Session> {
  const session = await sessions.find(shownIds(fields), peer.address);
  if (session.user !== undefined) return session;
  const parsed = credentialsOf(fields);
  const user = parsed.kind === "basic" ? await check(parsed.credentials, peer) : undefined;
  trace?.note(HERE, `no session, ${parsed.kind} credentials → ${user ?? "401"}`);
  return user === undefined ? session : sessions.authorise(session, user);
}

/** Other cookies of the site may stand beside ours, and one of the same name for another path. */
function shownIds(fields: Fields): readonly string[] {
  // HTTP/2 may send each cookie as a field of its own, which come joined by commas.
  return (fields.get("cookie") ?? "").split(/[;,]/).flatMap((pair) => {
    const [, id] = /^\s*session="?([^"]*?)"?\s*$/.exec(pair) ?? [];
    return id === undefined ? [] : [id];
  });
}

function cookieOf(id: string, prefix: string, { peer }: Context): string {
  const path = prefix.length > 1 && prefix.endsWith("/") ? prefix.slice(0, -1) : prefix;
  const isSecure = peer.tls !== undefined || peer.forwardedScheme === "https";
  const secure = isSecure ? "; Secure" : "";
  return `session=${id}; Path=${encodePath(path)}; HttpOnly; SameSite=Strict${secure}`;
}
