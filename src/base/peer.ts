// Who is at the other end of a connection. Known once it is accepted (and, for TLS, once hands
// have been shaken); never changes afterwards.

export interface Peer {
  /** IP address as text, IPv4-mapped IPv6 already shortened; "unix" on a Unix socket. */
  readonly address: string;
  readonly port: number;
  readonly localAddress: string;
  readonly localPort: number;
  /** 127.0.0.0/8, ::1 or a Unix socket. Says nothing of who stands behind a proxy. */
  readonly isLoopback: boolean;
  /** Present when the connection is TLS. */
  readonly tls?: {
    readonly version: string;
    readonly cipher: string;
    /** SNI, lower case; undefined when the client sent none. */
    readonly serverName: string | undefined;
    readonly alpn: string | undefined;
  };
}
