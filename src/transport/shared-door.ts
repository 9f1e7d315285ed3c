// A door of several processes: one of them binds the address and holds it, the others accept
// there. The holder never accepts, so it answers nobody, and as long as it lives whoever knocks
// waits in the kernel's queue, even while every process that would open is dead.

import { lookup } from "node:dns/promises";
import { getSystemErrorName } from "node:util";
import type { ListenAddress } from "./listener.ts";
import {
  boundAddressOf,
  boundHandle,
  closeHandle,
  type Handle,
  inheritedHandle,
  isTcpHandle,
} from "./node-handle.ts";
import { removeStaleSocket } from "./unix-socket.ts";

export interface SharedDoor {
  /** That was chosen, or asked for; undefined: none, it is no door of TCP. */
  readonly port: number | undefined;
  /** To be sent to those who accept. */
  readonly handle: Handle;
  /** Nobody else may come to accept here; whoever already does goes on. */
  close(): void;
}

/** undefined: this Node cannot bind without accepting. @throws the error of bind, with its code */
export async function bindSharedDoor(wanted: ListenAddress): Promise<SharedDoor | undefined> {
  const handle = await bind(wanted);
  if (handle === undefined) return undefined;
  if (typeof handle === "number") throw bindError(handle, wanted);
  // The kernel may say so only now that the address is taken.
  const bound = isTcpHandle(handle) ? boundAddressOf(handle) : undefined;
  if (typeof bound === "number") {
    closeHandle(handle);
    throw bindError(bound, wanted);
  }
  return { port: bound?.port, handle, close: () => closeHandle(handle) };
}

async function bind(wanted: ListenAddress): Promise<Handle | number | undefined> {
  switch (wanted.kind) {
    case "unix":
      await removeStaleSocket(wanted.path);
      return boundHandle(wanted.path, -1, -1);
    case "inherited":
      return inheritedHandle(wanted.descriptor);
    default: {
      const { address, family } = await lookup(wanted.host);
      return boundHandle(address, wanted.port, family);
    }
  }
}

/** As Node's own listen() would say it. */
function bindError(errno: number, wanted: ListenAddress): Error {
  const code = getSystemErrorName(errno);
  const { place, ...facts } = factsOf(wanted);
  const error = new Error(`listen ${code}: ${place}`);
  return Object.assign(error, { code, errno, syscall: "listen", ...facts });
}

function factsOf(wanted: ListenAddress): { place: string; address?: string; port?: number } {
  switch (wanted.kind) {
    case "unix":
      return { place: wanted.path, address: wanted.path };
    case "inherited":
      return { place: `descriptor ${wanted.descriptor}` };
    default:
      return { place: `${wanted.host}:${wanted.port}`, address: wanted.host, port: wanted.port };
  }
}
