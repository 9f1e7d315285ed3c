// Serves answers made beforehand: finds the resource of a target, chooses a representation, and sends
// it as it is. Nothing is added on the way but Date, Connection, Content-Length and Vary; conditions
// and ranges are answered as of any file, over the chosen body.

import type { Fields } from "../../http/fields.ts";
import type { Context, Handler } from "../../http/handler.ts";
import type { Request } from "../../http/request.ts";
import { isReusable, type Response, reusable } from "../../http/response.ts";
import type { FileSystem, OpenFile } from "../../vfs/file-system.ts";
import { FsError } from "../../vfs/fs-error.ts";
import { askingsBy } from "../asking.ts";
import { httpErrorOf } from "../fs-status.ts";
import { answerFor, responseWith } from "../representation.ts";
import { type ChoiceMode, choose } from "./choose.ts";
import type { Loaded, Origin, Ready } from "./loaded.ts";
import type { Store } from "./store.ts";

export interface PrecomputedOptions {
  readonly store: Store;
  /** Where the store lies: sources too large for memory are read from there. */
  readonly fileSystem: FileSystem;
  readonly mode: ChoiceMode;
}

type Whole = Extract<Ready, { kind: "ready" }>;

export function precomputed({ store, fileSystem, mode }: PrecomputedOptions): Handler {
  const askingOf = askingsBy([]);
  const remembered = new WeakMap<Loaded, WeakMap<Fields, Response>>();

  const fresh = (found: Loaded, request: Request, context: Context) => {
    const index = found.vary === "" ? 0 : choose(found.resource, request.fields, mode);
    const count = found.representations.length;
    context.trace?.note(WHERE, `representation ${index ?? "none"} of ${count}`);
    if (index === undefined) return varied(NOT_ACCEPTABLE, found);
    const ready = found.representations[index];
    if (ready?.kind !== "ready") return varied(UNUSABLE, found);
    const isPlain = ready.status !== 200 || askingOf(request.fields).isPlain;
    if (isPlain && ready.whole !== undefined) return ready.whole;
    return partOf(ready, { request, context, fileSystem });
  };

  const answer = (found: Loaded | string, request: Request, context: Context) => {
    if (typeof found === "string") return UNUSABLE;
    const { fields, method } = request;
    // For fields that come again, what was answered is kept beside them. HEAD has no ranges, and so
    // may be answered otherwise.
    const isKept = fields.isLasting === true && method === "GET" && context.trace === undefined;
    if (!isKept) return fresh(found, request, context);
    const ofResource = remembered.get(found) ?? new WeakMap<Fields, Response>();
    const known = ofResource.get(fields);
    if (known !== undefined) return known;
    const made = fresh(found, request, context);
    if (made instanceof Promise || !isReusable(made) || !askingOf(fields).isTimeless) return made;
    remembered.set(found, ofResource);
    ofResource.set(fields, made);
    return made;
  };

  return (request, context) => {
    const { method, target } = request;
    if (target.kind !== "path") throw new Error("only paths lead here");
    if (method === "OPTIONS") return OPTIONS;
    if (method !== "GET" && method !== "HEAD") return NOT_ALLOWED;
    const found = store.find(target, context.calledMs ?? context.clock.monotonicMs());
    const answered =
      found instanceof Promise
        ? found.then((later) => answer(later, request, context))
        : answer(found, request, context);
    if (!(answered instanceof Promise)) return answered;
    return answered.catch(async (error: unknown) => {
      if (!hasMoved(error)) throw httpErrorOf(error, STORE);
      // It was compiled anew a moment ago, and what we know of it is what was there before.
      context.trace?.note(WHERE, `${error.message}: read again`);
      store.forget(target);
      try {
        return await answer(
          await store.find(target, context.clock.monotonicMs()),
          request,
          context,
        );
      } catch (second) {
        throw httpErrorOf(second, STORE);
      }
    });
  };
}

function hasMoved(error: unknown): error is FsError {
  return error instanceof FsError && (error.code === "not-found" || error.code === "changed");
}

const WHERE = "handlers/precomputed";
/** For people. */
const STORE = "the store of answers";

interface Asked {
  readonly request: Request;
  readonly context: Context;
  readonly fileSystem: FileSystem;
}

function partOf(ready: Whole, asked: Asked): Response | Promise<Response> {
  const { request, context } = asked;
  const { representation, content, whole, notModified, status } = ready;
  const answer =
    status === 200
      ? answerFor(request, representation, context.clock.wallMs())
      : ({ kind: "whole" } as const);
  if (answer.kind === "not-modified") return notModified;
  if (answer.kind === "whole" && whole !== undefined) return whole;
  if (content.kind === "bytes") {
    return { ...responseWith(answer, representation, content), verbatim: true };
  }
  return opened(content.origin, content.from, asked).then((file) => {
    const response = responseWith(answer, representation, { kind: "file", file });
    return { ...response, ...(status === 200 ? {} : { status }), verbatim: true };
  });
}

/** The body in a file; "changed" when it is no longer the one whose fields are known. */
async function opened(origin: Origin, from: number, { fileSystem }: Asked): Promise<OpenFile> {
  const file = await fileSystem.open(origin.path);
  if (file.stat.version !== origin.stat.version || file.stat.size !== origin.stat.size) {
    await file.close();
    throw new FsError("changed", `${origin.path} has just changed`);
  }
  return {
    stat: { ...file.stat, size: file.stat.size - from },
    readAt: (target, position) => file.readAt(target, position + from),
    close: () => file.close(),
  };
}

function said(status: number, text: string, fields: Response["fields"] = []): Response {
  const type = ["Content-Type", "text/plain; charset=utf-8"] as const;
  const body = { kind: "bytes", bytes: Buffer.from(text) } as const;
  return reusable({ status, fields: [...fields, type], body, verbatim: true });
}

const OPTIONS: Response = reusable({
  status: 204,
  fields: [["Allow", "GET, HEAD, OPTIONS"]],
  body: { kind: "none" },
});

const NOT_ALLOWED = said(405, "Request method not allowed\n", [["Allow", "GET, HEAD"]]);
const UNUSABLE = said(500, "Couldn't load selected representation\n");
const NOT_ACCEPTABLE = said(
  406,
  "This resource has no representation that can satisfy your request.\n",
);

const VARIED = new WeakMap<Response, Map<string, Response>>();

/** The same with the Vary of a resource. */
function varied(response: Response, { vary }: Loaded): Response {
  if (vary === "") return response;
  const known = VARIED.get(response) ?? new Map<string, Response>();
  VARIED.set(response, known);
  const before = known.get(vary);
  if (before !== undefined) return before;
  const made = reusable({ ...response, fields: [["Vary", vary], ...response.fields] });
  // Stores have few; a hostile one must not fill the memory.
  if (known.size < VARIED_MAX) known.set(vary, made);
  return made;
}

const VARIED_MAX = 256;
