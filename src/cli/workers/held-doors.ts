// The doors of a server with workers. The primary binds them, because it outlives every worker:
// a door stays the same when all behind it are replaced, and whoever knocks in between waits.
// Only the primary needs rights for it, and only the primary hears that an address is taken.

import { addressOf, type DoorName, doorNamesOf } from "../../app.ts";
import type { Config } from "../../config/config.ts";
import type { ListenAddress } from "../../transport/listener.ts";
import type { Handle } from "../../transport/node-handle.ts";
import { bindSharedDoor, type SharedDoor } from "../../transport/shared-door.ts";

export interface HeldDoors {
  /** As it was written. */
  readonly written: Config;
  /** As workers are to read it: port 0 has become the one that was chosen. */
  readonly config: Config;
  readonly byAddress: ReadonlyMap<string, SharedDoor>;
}

export type BindDoor = (address: ListenAddress) => Promise<SharedDoor | undefined>;

/** It is not a matter of the address, and no other one would help. */
export class CannotShare extends Error {
  constructor() {
    super("this Node cannot share a door between processes: set server.workers to 1");
  }
}

/**
 * Binds what a configuration asks for; doors that are held already stay as they are. When one
 * cannot be bound, those that are new are closed again.
 * @throws the error of bind; CannotShare
 */
export async function holdDoors(
  written: Config,
  before?: HeldDoors,
  bind: BindDoor = bindSharedDoor,
): Promise<HeldDoors> {
  const byAddress = new Map<string, SharedDoor>();
  const ports = { httpPort: written.server.httpPort, httpsPort: written.server.httpsPort };
  try {
    for (const name of doorNamesOf(written)) {
      const address = addressOfDoor(written, name);
      const door = (before && heldBefore(before, written, name)) ?? (await bind(address));
      if (door === undefined) throw new CannotShare();
      if (door.port !== undefined) ports[PORT_WORDS[name]] = door.port;
      const config = { ...written, server: { ...written.server, ...ports } };
      byAddress.set(nameOf(addressOfDoor(config, name)), door);
    }
  } catch (error) {
    closeDoors({ byAddress }, before);
    throw error;
  }
  return { written, config: { ...written, server: { ...written.server, ...ports } }, byAddress };
}

/** undefined: the configuration has no such door. */
export function heldHandle({ byAddress }: HeldDoors, address: ListenAddress): Handle | undefined {
  return byAddress.get(nameOf(address))?.handle;
}

/** Closes those doors that `kept` does not have too. */
export function closeDoors(
  { byAddress }: Pick<HeldDoors, "byAddress">,
  kept: HeldDoors | undefined,
): void {
  const stays = new Set(kept?.byAddress.values());
  for (const door of byAddress.values()) {
    if (!stays.has(door)) door.close();
  }
}

const PORT_WORDS = { http: "httpPort", https: "httpsPort" } as const;

function addressOfDoor(config: Config, name: DoorName): ListenAddress {
  return addressOf(config, name, config.server[PORT_WORDS[name]] ?? 0);
}

/** Port 0 means the same door again as long as it is written so. */
function heldBefore(before: HeldDoors, written: Config, name: DoorName): SharedDoor | undefined {
  const wanted = nameOf(addressOfDoor(written, name));
  const isSame = nameOf(addressOfDoor(before.written, name)) === wanted;
  return before.byAddress.get(isSame ? nameOf(addressOfDoor(before.config, name)) : wanted);
}

function nameOf(address: ListenAddress): string {
  switch (address.kind) {
    case "unix":
      return `unix:${address.path}`;
    case "inherited":
      return `descriptor ${address.descriptor}`;
    default:
      return `${address.host}:${address.port}`;
  }
}
