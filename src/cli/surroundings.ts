// What `ferrox serve` needs of the process and the machine beyond Io, as a port.

import { spawn } from "node:child_process";
import { networkInterfaces } from "node:os";
import { terminalIsGone } from "./terminal.ts";

export interface Surroundings {
  onSignal(signals: readonly NodeJS.Signals[], act: (signal: NodeJS.Signals) => void): void;
  /** For exceptions and rejections that nobody caught: there should be none. */
  onStrayError(act: (error: unknown) => void): void;
  /** Its window was closed, if we were started from one. */
  terminalIsGone(): boolean;
  /** Addresses of this machine as others see them. */
  networkAddresses(): readonly string[];
  /** As the desktop would; silently nothing where there is no desktop. */
  showInBrowser(url: string): void;
}

export const realSurroundings: Surroundings = {
  onSignal(signals, act) {
    for (const signal of signals) process.on(signal, act);
  },
  onStrayError(act) {
    process.on("uncaughtException", act);
    process.on("unhandledRejection", act);
  },
  terminalIsGone,
  networkAddresses() {
    const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    return all.filter(({ family, internal }) => family === "IPv4" && !internal).map(addressOf);
  },
  showInBrowser(url) {
    const [command, ...before] = OPENERS[process.platform] ?? ["xdg-open"];
    const child = spawn(command, [...before, url], { stdio: "ignore", detached: true });
    child.on("error", () => {});
    child.unref();
  },
};

const OPENERS: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
};

function addressOf({ address }: { address: string }): string {
  return address;
}
