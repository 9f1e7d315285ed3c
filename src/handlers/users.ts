// Who is known, and by which password: those of the configuration, and those of a users file that is
// read again when it changes. Looked at no more than once a second; a file that has become wrong, or
// is gone, changes nothing: whoever could log in still can, and the operator is told, once.

import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import { type PasswordHash, parsePasswordHash } from "../base/password-hash.ts";
import { parseUserList } from "../base/user-list.ts";

/** As the configuration has it; frozen, and the same value for all who share it. */
export interface UsersSource {
  /** Name and hash as text, both checked. */
  readonly named: readonly (readonly [name: string, hash: string])[];
  /** Absolute path of a users file; undefined: there is none. */
  readonly diskPath: string | undefined;
}

/** What is known at one moment. Another value means that something has changed. */
export interface KnownUsers {
  hashOf(name: string): PasswordHash | undefined;
  readonly hashes: readonly PasswordHash[];
}

export interface Users {
  /** As of a second ago at most. */
  current(): Promise<KnownUsers>;
}

/** A users file, as a port. */
export interface UsersFile {
  /** Changes whenever the content may have changed. Rejects when there is none. */
  version(): Promise<string>;
  /** Rejects when it cannot be read, or is too long to be one. */
  text(): Promise<string>;
}

export interface UsersPorts {
  readonly clock: Clock;
  readonly log: Logger;
  fileAt(diskPath: string): UsersFile;
}

const LOOK_AGAIN_MS = 1000;

export function usersOf(source: UsersSource, ports: UsersPorts): Users {
  const named = source.named.flatMap(([name, text]): Known[] => {
    const parsed = parsePasswordHash(text);
    return parsed.kind === "fault" ? [] : [[name, parsed.hash]];
  });
  if (source.diskPath !== undefined) return new FileUsers(named, source.diskPath, ports);
  const known = knownUsers(named);
  return { current: async () => known };
}

type Known = readonly [name: string, hash: PasswordHash];

function knownUsers(all: readonly Known[]): KnownUsers {
  const hashes = new Map(all);
  return { hashOf: (name) => hashes.get(name), hashes: [...hashes.values()] };
}

class FileUsers implements Users {
  readonly #named: readonly Known[];
  readonly #diskPath: string;
  readonly #file: UsersFile;
  readonly #ports: UsersPorts;
  #known: KnownUsers;
  /** Of the content that was read last, good or bad. */
  #version: string | undefined;
  #lookedMs = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> | undefined;
  #isBroken = false;

  constructor(named: readonly Known[], diskPath: string, ports: UsersPorts) {
    this.#named = named;
    this.#diskPath = diskPath;
    this.#file = ports.fileAt(diskPath);
    this.#ports = ports;
    this.#known = knownUsers(named);
  }

  async current(): Promise<KnownUsers> {
    if (this.#ports.clock.monotonicMs() - this.#lookedMs >= LOOK_AGAIN_MS) {
      // One look for all who come meanwhile.
      this.#looking ??= this.#look().finally(() => {
        this.#lookedMs = this.#ports.clock.monotonicMs();
        this.#looking = undefined;
      });
      await this.#looking;
    }
    return this.#known;
  }

  async #look(): Promise<void> {
    try {
      // The version first: what is written while we read is seen by the next look.
      const version = await this.#file.version();
      if (version === this.#version) return;
      this.#read(await this.#file.text());
      this.#version = version;
      this.#isBroken = false;
    } catch (error) {
      if (!this.#isBroken) this.#tell(error);
      this.#isBroken = true;
    }
  }

  /** @throws BrokenUsers */
  #read(text: string): void {
    const { users, faults } = parseUserList(text);
    const [first] = faults;
    if (first !== undefined) throw new BrokenUsers(`line ${first.line} ${first.message}`);
    const listed = users.map(({ name, hash }): Known => [name, hash]);
    // Those of the configuration come last: they are the ones that count.
    this.#known = knownUsers([...listed, ...this.#named]);
  }

  #tell(error: unknown): void {
    const message = `the users file ${this.#diskPath} cannot be used; who was known still is`;
    const details = error instanceof BrokenUsers ? { reason: error.message } : { err: error };
    this.#ports.log.error("config", message, details);
  }
}

class BrokenUsers extends Error {
  override readonly name = "BrokenUsers";
}
