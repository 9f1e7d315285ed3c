// Something to serve, for tests that do not care what.

import type { Charge } from "../../../src/cli/load.ts";
import type { Config, ServerConfig } from "../../../src/config/config.ts";
import { configWithoutFile } from "../../../src/config/read-config.ts";

export function configOf(server: Partial<ServerConfig> = {}): Config {
  const read = configWithoutFile({ folder: "/nowhere", overrides: [] });
  if (read.kind !== "config") throw new Error("the defaults are no configuration");
  return { ...read.config, server: { ...read.config.server, ...server } };
}

export function chargeOf(server: Partial<ServerConfig> = {}): Charge {
  return { config: configOf(server), keys: undefined };
}
