// A server: doors to listen at, connections behind them, and a way to stop. Who speaks when is
// decided here; what is said, by the sites behind the doors.

import type { Http1Limits } from "../http1/limits.ts";
import { type ListenAddress, type Listener, listen } from "../transport/listener.ts";
import type { Transport } from "../transport/transport.ts";
import { Connections } from "./connections.ts";
import { type House, serveConnection } from "./serve-connection.ts";

export interface Door extends House {
  readonly address: ListenAddress;
  /** Told once it is open, with the port that was chosen. */
  readonly opened?: (address: ListenAddress) => void;
}

export interface ServerOptions {
  /** Opened in this order, and closed together. */
  readonly doors: readonly Door[];
  readonly transport: Transport;
  readonly http1: Http1Limits;
  /** How long answers under way may take once the server was asked to stop. */
  readonly drainMs: number;
}

export interface Server {
  /**
   * Resolves when every door accepts connections. When one cannot be opened, none stays open.
   * @throws the error of bind, with its code: EADDRINUSE, EACCES …
   */
  listen(): Promise<readonly OpenDoor[]>;
  /**
   * Accepts no more; idle connections end at once, the others after the answer under way, and
   * whoever is left after `drainMs` is cut. Resolves when all are gone.
   */
  drain(): Promise<void>;
  /** Everything ends now. */
  cut(): void;
  readonly connectionCount: number;
}

export interface OpenDoor {
  readonly address: ListenAddress;
  readonly secure: boolean;
}

/**
 * For whoever comes when the server is full: made beforehand, so that turning away costs next to
 * nothing. No Date, for it is the same bytes each time (RFC 9110, section 6.6.1 allows that to a
 * server in trouble: "MAY send Date in 5xx").
 */
const FULL = Buffer.from(
  "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\n" +
    "Content-Length: 20\r\nRetry-After: 5\r\nConnection: close\r\n\r\nThe server is full.\n",
);

export function createServer(options: ServerOptions): Server {
  const { doors, transport, http1, drainMs } = options;
  const connections = new Connections();
  const listeners: Listener[] = [];

  const open = async (door: Door): Promise<OpenDoor> => {
    const secure = door.tls !== undefined;
    const refusal = secure ? undefined : FULL;
    const listener = await listen({ address: door.address, transport, refusal }, (stream) => {
      const connection = connections.add(stream);
      void serveConnection(stream, door, connection, { transport, http1 }).finally(() =>
        connections.remove(connection),
      );
    });
    listeners.push(listener);
    door.opened?.(listener.address);
    return { address: listener.address, secure };
  };

  const close = () => {
    for (const listener of listeners.splice(0)) listener.close();
  };

  return {
    async listen() {
      const opened: OpenDoor[] = [];
      try {
        for (const door of doors) opened.push(await open(door));
      } catch (error) {
        close();
        throw error;
      }
      return opened;
    },
    async drain() {
      close();
      const patience = after(drainMs, transport);
      await Promise.race([connections.drain(), patience.over]);
      patience.cancel();
      connections.cut();
    },
    cut() {
      close();
      connections.cut();
    },
    get connectionCount() {
      return connections.count;
    },
  };
}

function after(ms: number, { clock }: Transport): { over: Promise<void>; cancel: () => void } {
  let cancel = () => {};
  const over = new Promise<void>((resolve) => {
    cancel = clock.every(ms, resolve);
  });
  return { over, cancel };
}
