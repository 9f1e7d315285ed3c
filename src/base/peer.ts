// Who is at the other end of a connection: known once it is accepted and, for TLS, once hands have
// been shaken. Or whom a request is from, where a trusted proxy says so.

export interface Peer {
  /**
   * IP address as text, IPv4-mapped IPv6 already shortened; "unix" on a Unix socket. "unknown" and
   * "_name" are clients whom a trusted proxy does not name.
   */
  readonly address: string;
  readonly port: number;
  readonly localAddress: string;
  readonly localPort: number;
  /** 127.0.0.0/8, ::1 or a Unix socket. Says nothing of who stands behind an unknown proxy. */
  readonly isLoopback: boolean;
  /** What the client speaks with a trusted proxy; undefined: none has said. */
  readonly forwardedScheme?: "http" | "https";
  /** Present when the connection is TLS. */
  readonly tls?: {
    readonly version: string;
    readonly cipher: string;
    /** SNI, lower case; undefined when the client sent none. */
    readonly serverName: string | undefined;
    readonly alpn: string | undefined;
  };
}
