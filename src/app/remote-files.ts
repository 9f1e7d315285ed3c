// The client of RFSAPI with the world around it filled in: real time, and the global fetch.

import { systemClock } from "../base/clock.ts";
import { type RfsapiClient, type RfsapiOptions, rfsapiClient } from "../vfs/rfsapi/client.ts";

/** @param url of the root: "https://files.example.org/up/" */
export function connectRfsapi(
  url: string,
  options: Omit<Partial<RfsapiOptions>, "url"> = {},
): RfsapiClient {
  return rfsapiClient({ fetch, clock: systemClock, ...options, url });
}
