// Who may do what: stands around all routes, wherever the configuration has a rule, and decides before
// anything else has looked at the request. Says for every request anew what its sender may do
// (context.access), so that whoever touches another path on his behalf can ask.
// What a request does, is in auth-acts.ts; a GET that turns out to be a listing asks for "list" itself.

import { passwordHashText } from "../base/password-hash.ts";
import type { Access, Verb } from "../http/access.ts";
import { hostNameOf } from "../http/authority.ts";
import { type CheckCredentials, credentialsOf } from "../http/credentials.ts";
import type { Context, Handler } from "../http/handler.ts";
import { HttpError } from "../http/http-error.ts";
import type { Request } from "../http/request.ts";
import { NO_BODY, type Response, reusable } from "../http/response.ts";
import type { Target } from "../http/target.ts";
import { type Act, actsOf, isPreflight } from "./auth-acts.ts";
import { type AuthRule, type AuthRules, authRules, isGranted, isOpenToAll } from "./auth-rules.ts";
import { isForOne, mayAsk, refusalOf } from "./basic-auth.ts";
import { type CheckPorts, credentialCheck } from "./credential-check.ts";
import { marksPrivate } from "./private-answers.ts";
import { type Users, type UsersPorts, type UsersSource, usersOf } from "./users.ts";

/** For what asks for credentials in a way of its own (vfs_https): the same users, the same brake. */
export interface Doorkeeper {
  readonly realm: string;
  /** @throws HttpError 403, too, where a password must not be sent in clear */
  readonly check: CheckCredentials;
  /** @param user as check() said */
  may(verb: Verb, user: string | undefined): boolean;
  /** False where knowing a password helps nobody: all is for anyone, or for nobody. */
  readonly asks: boolean;
  /** Changes with a user's password; undefined: nobody is called so (any more). */
  stampOf(user: string): Promise<string | undefined>;
}

export interface Authority {
  /** Around all routes. */
  around(handler: Handler): Handler;
  /** Around each route that leaves asking to around(). */
  aroundRoute(handler: Handler): Handler;
  /** undefined: no rule is about this place, everybody may come in. */
  doorkeeperOf(place: Place): Doorkeeper | undefined;
  /** Reads all users files, so that the first visitor need not wait, and while we still may. */
  prepare(): Promise<void>;
}

/** As a route has it. */
export interface Place {
  readonly host: string | undefined;
  readonly path: string;
}

export interface AuthorityPorts extends CheckPorts, UsersPorts {}

export function authority(list: readonly AuthRule[], ports: AuthorityPorts): Authority {
  const rules = authRules(list);
  const sources = new Set(list.flatMap(({ users }) => users ?? []));
  const users = new Map([...sources].map((source) => [source, usersOf(source, ports)]));
  const checks = new Map(
    [...users].map(([source, known]) => [source, credentialCheck(known, ports)]),
  );
  const checkOf = (source: UsersSource | undefined) =>
    source === undefined ? undefined : checks.get(source);
  const sole = sources.size === 1 ? list.find((rule) => rule.users !== undefined) : undefined;
  return {
    around: (handler) => authorized(handler, { rules, checkOf, sole }),
    aroundRoute(handler) {
      const strict = authRules(list.map((rule) => ({ ...rule, asksItself: false })));
      const asking = authorized(handler, { rules: strict, checkOf, sole });
      const isLeftOut = list.some(({ asksItself }) => asksItself);
      return askedAfterAll(handler, isLeftOut ? asking : undefined, rules);
    },
    doorkeeperOf({ host = "", path }) {
      const rule = rules.ruleFor(host, path);
      if (rule === undefined) return undefined;
      const known = rule.users === undefined ? undefined : users.get(rule.users);
      return doorkeeper(rule, known, checkOf(rule.users));
    },
    async prepare() {
      for (const known of users.values()) await known.current();
    },
  };
}

function doorkeeper(
  rule: AuthRule,
  users: Users | undefined,
  check: CheckCredentials | undefined,
): Doorkeeper {
  const kinds = Object.values(rule.grants).map(({ who }) => who.kind);
  return {
    realm: rule.realm,
    asks: kinds.some((kind) => kind === "users" || kind === "names"),
    async stampOf(user) {
      const hash = (await users?.current())?.hashOf(user);
      return hash === undefined ? undefined : passwordHashText(hash);
    },
    may: (verb, user) => isGranted(rule, verb, user),
    async check(credentials, peer) {
      if (!mayAsk(rule, peer)) throw refusalOf({ rule, verb: "read", user: undefined, peer });
      return check?.(credentials, peer);
    },
  };
}

interface Means {
  readonly rules: AuthRules;
  readonly checkOf: (source: UsersSource | undefined) => CheckCredentials | undefined;
  /** Whose users are meant where no rule says it: there are no others. */
  readonly sole: AuthRule | undefined;
}

function authorized(handler: Handler, means: Means): Handler {
  const questionOf = questionsBy(means.rules);
  return (request, context) => {
    const { target, fields } = request;
    context.access = undefined;
    // It names nothing that anybody could own.
    if (target.kind === "asterisk") return handler(request, context);
    const { host, acts } = questionOf(request, target);
    const saysWho = fields.count("authorization") > 0;
    if (saysWho && !asksItself(acts)) {
      return identified({ request, context, host, acts, means }, handler);
    }
    context.access = accessOf({ context, host, acts, means }, STRANGER);
    refuseUnlessGranted(acts, STRANGER, context);
    return handler(request, context);
  };
}

/** What is to be decided about a request. */
interface Question {
  readonly sentHost: string;
  readonly host: string;
  readonly acts: readonly Act[];
}

type PathTarget = Extract<Target, { kind: "path" }>;

/** A target that comes again, as those of GET and HEAD do, is looked up once for its host. */
function questionsBy(rules: AuthRules): (request: Request, target: PathTarget) => Question {
  const known = new WeakMap<PathTarget, Question>();
  return (request, target) => {
    const { host: sentHost, method } = request;
    const mayKnow = target.isLasting === true && (method === "GET" || method === "HEAD");
    const before = mayKnow ? known.get(target) : undefined;
    if (before !== undefined && before.sentHost === sentHost) return before;
    const host = hostNameOf(sentHost);
    const acts = actsOf(request, target.path, (path) => rules.ruleFor(host, path));
    const question = { sentHost, host, acts };
    if (mayKnow) known.set(target, question);
    return question;
  };
}

function asksItself([own]: readonly Act[]): boolean {
  return own?.rule?.asksItself === true;
}

/** The rule of a route that asks itself is about others too: deeper ones, and those of a host. */
function askedAfterAll(
  handler: Handler,
  /** undefined: there is no such rule. */
  asking: Handler | undefined,
  rules: AuthRules,
): Handler {
  return (request, context) => {
    const { target, host } = request;
    const isAsked = asking !== undefined || isPreflight(request);
    if (!isAsked || target.kind === "asterisk") return handler(request, context);
    const rule = rules.ruleFor(hostNameOf(host), target.path);
    // A handler would say what can be done there, and so what there is.
    if (isPreflight(request) && !isGranted(rule, "read", undefined)) return NOTHING_TOLD;
    const next = rule?.asksItself === true ? asking : undefined;
    return (next ?? handler)(request, context);
  };
}

const NOTHING_TOLD: Response = reusable({ status: 204, fields: [], body: NO_BODY });

/** Who somebody is, and among whose users. */
interface Visitor {
  readonly user: string | undefined;
  readonly source: UsersSource | undefined;
}

interface Case {
  readonly context: Context;
  readonly host: string;
  readonly acts: readonly Act[];
  readonly means: Means;
}

async function identified(
  job: Case & { readonly request: Request },
  handler: Handler,
): Promise<Response> {
  const { request, context, acts } = job;
  const visitor = await visitorOf(request, context, job);
  context.access = accessOf(job, visitor);
  refuseUnlessGranted(acts, visitor, context);
  return handler(request, context);
}

/**
 * Asked as soon as somebody says who he is, also where anyone may: he may then see more below, and
 * guessing is slowed down wherever it is tried.
 */
async function visitorOf(
  { fields }: Request,
  { peer, trace }: Context,
  { host, acts, means: { rules, sole, checkOf } }: Pick<Case, "host" | "acts" | "means">,
): Promise<Visitor> {
  const parsed = credentialsOf(fields);
  if (parsed.kind === "malformed") throw new HttpError(400, parsed.reason);
  const [own] = acts;
  const rule =
    acts.find((act) => act.rule?.users !== undefined)?.rule ??
    (own === undefined ? undefined : rules.ruleBeside(host, own.path)) ??
    sole;
  const check = checkOf(rule?.users);
  if (parsed.kind === "none" || rule === undefined || check === undefined) return STRANGER;
  if (!mayAsk(rule, peer)) {
    trace?.note(WHERE, "credentials sent in clear are not looked at");
    return STRANGER;
  }
  const user = await check(parsed.credentials, peer);
  trace?.note(WHERE, user === undefined ? "credentials are wrong" : `credentials of ${user}`);
  return user === undefined ? STRANGER : { user, source: rule.users };
}

const WHERE = "handlers/authorization";
const STRANGER: Visitor = Object.freeze({ user: undefined, source: undefined });

/** A name means somebody among those users only who knew the password. */
function nameIn(rule: AuthRule | undefined, { user, source }: Visitor, context: Context) {
  const isKnown = rule !== undefined && rule.users === source && mayAsk(rule, context.peer);
  return isKnown ? user : undefined;
}

function accessOf({ context, host, acts, means }: Case, visitor: Visitor): Access {
  const access: Access = {
    user: visitor.user,
    may(verb, path) {
      const rule = means.rules.ruleFor(host, path);
      return isGranted(rule, verb, nameIn(rule, visitor, context));
    },
    refusal(verb, path) {
      const rule = means.rules.ruleFor(host, path);
      if (rule === undefined) return new HttpError(403, `${path} is not to be had`);
      const user = nameIn(rule, visitor, context);
      return refusalOf({ rule, verb, user, peer: context.peer });
    },
  };
  const isPrivate = acts.some(({ rule, verb }) => isForOne(rule, verb, visitor.user));
  return isPrivate ? marksPrivate(access) : access;
}

/** @throws HttpError 401 or 403 */
function refuseUnlessGranted(acts: readonly Act[], visitor: Visitor, context: Context): void {
  const { trace, peer } = context;
  for (const [at, { verb, path, rule }] of acts.entries()) {
    if (rule === undefined || isOpenToAll(rule, verb)) {
      const by = rule === undefined ? "" : ` (${rule.origin})`;
      trace?.note(WHERE, `anyone may ${verb} ${path}${by}`);
      continue;
    }
    const { origin } = rule.grants[verb];
    if (rule.asksItself && at === 0) {
      trace?.note(WHERE, `${path} asks for credentials itself (${origin})`);
      continue;
    }
    const user = nameIn(rule, visitor, context);
    const may = isGranted(rule, verb, user);
    const name = user ?? "who has not said who he is";
    trace?.note(WHERE, `${name} ${may ? "may" : "may not"} ${verb} ${path} (${origin})`);
    if (!may) throw refusalOf({ rule, verb, user, peer });
  }
}
