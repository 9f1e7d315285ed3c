// A file system lent over HTTPS by our own server end, for the tests of the client end. In front of
// it stands Node's HTTPS server, a stranger, so that both ends of ours cannot be wrong together.

import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { Socket } from "node:net";
import { after } from "node:test";
import { type Guard, vfsHttps } from "../../src/handlers/vfs-https.ts";
import { sessionMemory, sessionTable } from "../../src/handlers/vfs-sessions.ts";
import { fieldsOf } from "../../src/http/fields.ts";
import type { Handler } from "../../src/http/handler.ts";
import type { Request } from "../../src/http/request.ts";
import type { FileSystem } from "../../src/vfs/file-system.ts";
import { selfSigned, temporaryFolder } from "../transport/openssl.ts";
import { type FakeClock, fakeClock } from "./fake-clock.ts";
import { bytesOf, contextOf, requestOf } from "./request.ts";

const keys = selfSigned(temporaryFolder({ after }), "localhost", "DNS:localhost,IP:127.0.0.1");

export interface Lent {
  readonly url: string;
  /** PEM of its own certificate. */
  readonly ca: string;
  /** Bodies of the commands that came, one by one, also those that were refused. */
  readonly commands: string[];
  /** Statuses of what was answered. */
  readonly statuses: number[];
  readonly server: Server;
  /** Sessions age with it. */
  readonly clock: FakeClock;
}

export interface LentOptions {
  /** Name and password; undefined: everybody may. */
  readonly user?: readonly [name: string, password: string];
  readonly readBytesMax?: number;
}

export const SESSION_IDLE_MS = 900_000;

/** Anything that answers: the real end, or one that a test plays. */
export type Play = (incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse) => unknown;

interface Cleanup {
  after(act: () => void): void;
}

export function lend(
  test: Cleanup,
  fileSystem: FileSystem,
  options: LentOptions = {},
): Promise<Lent> {
  const clock = fakeClock();
  const handler = vfsHttps({
    prefix: "/",
    fileSystem,
    readBytesMax: options.readBytesMax ?? 1024 * 1024,
    commandBytesMax: 8 * 1024 * 1024,
    writeAtBytesMax: undefined,
    may: () => true,
    guard: guardOf(options, clock),
  });
  return play(
    test,
    (incoming, body, outgoing) => answer(handler, { incoming, body, outgoing }),
    clock,
  );
}

function guardOf({ user }: LentOptions, clock: FakeClock): Guard | undefined {
  if (user === undefined) return undefined;
  const [name, password] = user;
  return {
    check: async (said) => (said.user === name && said.password === password ? name : undefined),
    sessions: sessionTable({
      memory: sessionMemory(),
      clock,
      idleMs: SESSION_IDLE_MS,
      countMax: 100,
      stampOf: async () => "unchanged",
    }),
  };
}

export async function play(
  test: Cleanup,
  act: Play,
  clock: FakeClock = fakeClock(),
): Promise<Lent> {
  const commands: string[] = [];
  const statuses: number[] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ cert: keys.cert, key: keys.key }, (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const body = Buffer.concat(chunks);
      commands.push(body.toString());
      outgoing.on("finish", () => statuses.push(outgoing.statusCode));
      act(incoming, body, outgoing);
    });
  });
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  test.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  return {
    url: `https://localhost:${address.port}/`,
    ca: keys.cert,
    commands,
    statuses,
    server,
    clock,
  };
}

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly body: Buffer;
  readonly outgoing: ServerResponse;
}

async function answer(handler: Handler, { incoming, body, outgoing }: Exchange): Promise<void> {
  const response = await handler(requestFrom(incoming, body), contextOf());
  for (const [name, value] of response.fields) outgoing.appendHeader(name, value);
  outgoing.statusCode = response.status;
  outgoing.end(await bytesOf(response.body));
}

function requestFrom({ method = "", url = "", headers }: IncomingMessage, body: Buffer): Request {
  const fields = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
  return {
    ...requestOf(method, url),
    fields: fieldsOf(fields),
    body: {
      length: body.length,
      async *[Symbol.asyncIterator]() {
        yield body;
      },
    },
  };
}
