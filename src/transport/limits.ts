// What one connection, and all of them together, may cost the transport.

export interface TransportLimits {
  /** Open connections of the whole server; past it a new one is refused. */
  readonly connectionsMax: number;
  /** Open connections of one address (of IPv6: one /64 network); 0: no limit. */
  readonly connectionsPerAddressMax: number;
  /** From accept to the end of the TLS handshake. */
  readonly handshakeTimeoutMs: number;
  /** How long a finished connection still listens, so that the peer can read the last answer. */
  readonly lingerMs: number;
  /**
   * Bytes a second that a reader must take on the average while it is waited for. Every byte gains
   * time, up to the deadline's whole window; when it is used up the connection is dropped. 0: any
   * progress will do.
   */
  readonly sendRateMin: number;
}

export const DEFAULT_TRANSPORT_LIMITS: TransportLimits = {
  connectionsMax: 10_000,
  connectionsPerAddressMax: 0,
  handshakeTimeoutMs: 10_000,
  lingerMs: 2_000,
  sendRateMin: 500,
};
