// Commands to a server far away, with whatever logging in they need. A session is a cookie: it ends
// when nobody has used it for a while, in the middle of a file too, and the next command then gets
// 401. That comes before anything is done, so after logging in the same command is sent again.

import { FsError } from "../fs-error.ts";
import { statusFailure } from "./failure.ts";
import {
  type Answer,
  type Command,
  type CommandKind,
  decodeAnswer,
  encodeCommand,
} from "./messages.ts";
import { Post, type PostAnswer, type PostTarget } from "./post.ts";
import { PROTOCOL_VERSION, REALM, speaksOurVersion } from "./version.ts";

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** Known beforehand, or asked for whenever the server asks; undefined: there are none. */
export type CredentialSource =
  | Credentials
  | ((realm: string) => Credentials | undefined | Promise<Credentials | undefined>);

/** The answer to a command of some kind. */
export type AnswerTo<Kind extends CommandKind> = Answer & { readonly kind: Kind };

/** Set by the protocol: any other realm is another kind of server. */
const CHALLENGE = `Basic realm="${REALM}"`;

const REPEATABLE: ReadonlySet<CommandKind> = new Set(["Exists", "Metadata", "Read", "ReadDir"]);

export class Session {
  readonly #url: URL;
  readonly #post: Post;
  readonly #credentials: CredentialSource | undefined;
  #cookie: string | undefined;
  /** Kept only for servers that give no session. */
  #authorization: string | undefined;
  #asking: Promise<Credentials | undefined> | undefined;

  constructor(target: PostTarget, credentials: CredentialSource | undefined) {
    this.#url = target.url;
    this.#post = new Post(target);
    this.#credentials = credentials;
  }

  /** @throws FsError "unavailable", "denied", and "no-space" for more than the server takes */
  async send<Kind extends CommandKind>(
    command: Command & { readonly kind: Kind },
  ): Promise<AnswerTo<Kind>> {
    const answer = await this.trySend<Kind>(command);
    if (answer === "too long") throw statusFailure(413, this.#url);
    return answer;
  }

  /** "too long": nothing was done, and a shorter command might be. */
  async trySend<Kind extends CommandKind>(
    command: Command & { readonly kind: Kind },
  ): Promise<AnswerTo<Kind> | "too long"> {
    const answer = await this.#authorized(command);
    if (answer.status === 413) return "too long";
    if (answer.status !== 200) throw statusFailure(answer.status, this.#url);
    this.#checkVersion(answer);
    const decoded = decodeAnswer(answer.body);
    if (!isAnswerTo(decoded, command.kind)) {
      throw new FsError("unavailable", `${this.#url.host} gives no answer to ${command.kind}`);
    }
    return decoded;
  }

  close(): void {
    this.#post.close();
  }

  async #authorized(command: Command): Promise<PostAnswer> {
    const first = await this.#exchange(command, this.#authorization);
    if (first.status !== 401) return first;
    const authorization = await this.#login(first.challenge);
    const second = await this.#exchange(command, authorization);
    if (second.status === 401) {
      this.#authorization = undefined;
      throw loginFailure(`${this.#url.host} does not accept this user and password`);
    }
    this.#authorization = this.#cookie === undefined ? authorization : undefined;
    return second;
  }

  async #exchange(command: Command, authorization: string | undefined): Promise<PostAnswer> {
    const answer = await this.#post.send({
      body: encodeCommand(command),
      cookie: this.#cookie,
      authorization,
      isRepeatable: REPEATABLE.has(command.kind),
    });
    for (const cookie of answer.cookies) {
      // What follows are attributes; a session lives in this process only, whatever they say.
      const [session] = cookie.split(";");
      if (session?.startsWith("session=")) this.#cookie = session;
    }
    return answer;
  }

  /** @returns Authorization */
  async #login(challenge: string | undefined): Promise<string> {
    const { host } = this.#url;
    if (challenge?.startsWith(CHALLENGE) !== true) {
      throw loginFailure(`${host} wants a login of a kind that is not known here`);
    }
    const credentials = await this.#ask();
    if (credentials === undefined) {
      throw loginFailure(`${host} wants a user and a password`);
    }
    const { user, password } = credentials;
    // RFC 7617, section 2: the first colon ends the name.
    if (user.includes(":")) throw loginFailure("the name of a user has no colon");
    return `Basic ${Buffer.from(`${user}:${password}`, "utf8").toString("base64")}`;
  }

  /** Commands that are refused at the same time ask once: it may be a person who answers. */
  async #ask(): Promise<Credentials | undefined> {
    const source = this.#credentials;
    if (typeof source !== "function") return source;
    this.#asking ??= (async () => source(REALM))();
    try {
      return await this.#asking;
    } catch (error) {
      if (error instanceof FsError || !(error instanceof Error)) throw error;
      throw loginFailure(error.message, error);
    } finally {
      this.#asking = undefined;
    }
  }

  #checkVersion({ version }: PostAnswer): void {
    if (speaksOurVersion(version)) return;
    const words = `speaks version ${version} of this protocol, not ${PROTOCOL_VERSION}`;
    throw new FsError("unavailable", `${this.#url.host} ${words}`);
  }
}

/** Whether it is we who are refused, and not one file. */
export function isLoginFailure({ code, cause }: FsError): boolean {
  return code === "denied" && cause instanceof Error;
}

function loginFailure(message: string, cause: Error = new Error("status 401")): FsError {
  return new FsError("denied", message, cause);
}

function isAnswerTo<Kind extends CommandKind>(
  answer: Answer | undefined,
  kind: Kind,
): answer is AnswerTo<Kind> {
  return answer?.kind === kind;
}
