// When a limit bites, somebody may want to know which one: a port. Told where something is refused
// or cut, never on the way of a request that is served.

/** As `ferrox.yml` calls them, under `limits:`. */
export type LimitName =
  | "auth_checks"
  | "auth_failures"
  | "body_bytes"
  | "body_idle"
  | "chunk_line_bytes"
  | "chunk_overhead_bytes"
  | "connections"
  | "connections_per_ip"
  | "dav_locks"
  | "dav_locks_per_user"
  | "dav_properties"
  | "dav_property_bytes"
  | "dav_tree_entries"
  | "dav_xml_bytes"
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
  | "send_rate"
  | "upload_bytes";

export interface LimitWatch {
  hit(limit: LimitName): void;
}

export const nobodyWatches: LimitWatch = {
  hit() {},
};
