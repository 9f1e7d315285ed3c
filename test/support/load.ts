// Clients that ask without a pause, each in its own way, and remember what went wrong: on which
// connection, and whether it ever came to be.

import type { Program } from "./program.ts";
import { ask, connect } from "./wire-client.ts";

export interface Failure {
  /** The client's own; 0: the connection was refused. */
  readonly clientPort: number;
  readonly reason: string;
}

export interface Load {
  /** Ends it, and waits for the last answers. */
  stop(): Promise<{ readonly answers: number; readonly failures: readonly Failure[] }>;
}

/** @param requestsEach on one connection, which is then closed */
export function startLoad(
  program: Program,
  { clients, requestsEach }: { readonly clients: number; readonly requestsEach: number },
): Load {
  const failures: Failure[] = [];
  let answers = 0;
  let isOver = false;
  const conversation = async () => {
    let clientPort = 0;
    try {
      const connection = await connect(program);
      clientPort = connection.socket.localPort ?? 0;
      try {
        for (let count = 1; count <= requestsEach && !isOver; count += 1) {
          const fields = count === requestsEach ? { Connection: "close" } : {};
          connection.send(ask("/index.html", fields));
          const { status } = await connection.response();
          if (status !== 200) throw new Error(`status ${status}`);
          answers += 1;
        }
      } finally {
        connection.socket.destroy();
      }
    } catch (error) {
      failures.push({ clientPort, reason: String(error) });
    }
  };
  const client = async () => {
    while (!isOver) await conversation();
  };
  const all = Promise.all(Array.from({ length: clients }, client));
  return {
    async stop() {
      isOver = true;
      await all;
      return { answers, failures };
    },
  };
}
