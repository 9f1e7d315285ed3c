// When a limit bites, somebody may want to know which one: a port. Told where something is refused
// or cut, never on the way of a request that is served.

/** As `ferrox.yml` calls them, under `limits:`. */
export type LimitName =
  | "body_bytes"
  | "body_idle"
  | "chunk_line_bytes"
  | "chunk_overhead_bytes"
  | "connections"
  | "connections_per_ip"
  | "drain"
  | "drain_bytes"
  | "handshake_timeout"
  | "head_timeout"
  | "header_bytes"
  | "header_count"
  | "keep_alive"
  | "linger"
  | "receive_rate"
  | "request_line_bytes"
  | "request_rate"
  | "requests_per_connection"
  | "send_rate";

export interface LimitWatch {
  hit(limit: LimitName): void;
}

export const nobodyWatches: LimitWatch = {
  hit() {},
};
