// A server: doors to listen at, connections behind them, a way to become another, and a way to
// stop. Who speaks when is decided here; what is said, by the sites behind the doors.

import type { ConnectionCounts } from "../base/counts.ts";
import type { Http1Limits } from "../http1/limits.ts";
import type { Transport } from "../transport/transport.ts";
import { Connections } from "./connections.ts";
import { type Door, Doors, type OpenDoor } from "./doors.ts";
import { serveConnection } from "./serve-connection.ts";

/** What a server is, as far as it can become another one while it runs. */
export interface ServerPlan {
  /** Opened in this order, and closed together. */
  readonly doors: readonly Door[];
  /** Of connections that come from now on. */
  readonly http1: Http1Limits;
  /** How long answers under way may take once the server was asked to stop. */
  readonly drainMs: number;
  /** How long it goes on accepting before that. Default: 0. */
  readonly drainDelayMs?: number;
}

export type { Door, OpenDoor } from "./doors.ts";

export interface ServerOptions extends ServerPlan {
  readonly transport: Transport;
  /** Where connections are counted. */
  readonly counts?: ConnectionCounts | undefined;
}

export interface DrainHow {
  /** Without the delay: somebody else goes on accepting. */
  readonly atOnce: boolean;
}

export interface Server {
  /**
   * Resolves when every door accepts connections. When one cannot be opened, none stays open.
   * @throws the error of bind, with its code: EADDRINUSE, EACCES …
   */
  listen(): Promise<readonly OpenDoor[]>;
  /**
   * Becomes what the plan says. Connections stay, and their next request is answered by the new
   * site behind their door; those of a door that is gone end as in a drain, without its limit.
   * Either all of it happens or nothing.
   * @throws the error of bind; or Error when the server has been closed
   */
  reload(plan: ServerPlan): Promise<readonly OpenDoor[]>;
  /**
   * Accepts no more, after `drainDelayMs`; idle connections end at once, the others after the
   * answer under way, and whoever is left after `drainMs` is cut. Resolves when all are gone.
   */
  drain(how?: DrainHow): Promise<void>;
  /** Everything ends now. */
  cut(): void;
  readonly connectionCount: number;
}

export function createServer(options: ServerOptions): Server {
  const { transport } = options;
  let plan: ServerPlan = options;
  const connections = new Connections(options.counts);
  const doors = new Doors(transport, (stream, doorway) => {
    const connection = connections.add(stream, doorway);
    const { http1 } = plan;
    void serveConnection(stream, doorway, connection, { transport, http1 }).then(() =>
      connections.remove(connection),
    );
  });
  let endDelay = () => {};

  return {
    async listen() {
      await doors.exchange(plan.doors);
      return doors.open;
    },
    async reload(next) {
      await doors.exchange(next.doors);
      plan = next;
      connections.dismissIdle();
      return doors.open;
    },
    async drain(how) {
      const delay = after(how?.atOnce === true ? 0 : (plan.drainDelayMs ?? 0), transport);
      endDelay = delay.end;
      await delay.over;
      doors.close();
      const patience = after(plan.drainMs, transport);
      await Promise.race([connections.drain(), patience.over]);
      patience.end();
      for (let left = connections.count; left > 0; left--) transport.limitWatch.hit("drain");
      connections.cut();
    },
    cut() {
      endDelay();
      doors.close();
      connections.cut();
    },
    get connectionCount() {
      return connections.count;
    },
  };
}

interface Wait {
  readonly over: Promise<void>;
  /** Now, if not before. */
  end(): void;
}

function after(ms: number, { clock }: Transport): Wait {
  if (ms === 0) return { over: Promise.resolve(), end() {} };
  let end = () => {};
  const over = new Promise<void>((resolve) => {
    const cancel = clock.every(ms, () => end());
    end = () => {
      cancel();
      resolve();
    };
  });
  return { over, end: () => end() };
}
