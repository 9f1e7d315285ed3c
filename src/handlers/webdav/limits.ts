// How much a client of WebDAV may ask for. Each has a word of its own under `limits:`; app hands
// them over, and a reload may change them.

export interface WebdavLimits {
  /** The body of a request that is XML. More is 413. */
  readonly xmlBytesMax: number;
  /** Entries told by PROPFIND with `Depth: infinity`. More is 403, `propfind-finite-depth`. */
  readonly treeEntriesMax: number;
  /** Locks of a file system. More are 503. */
  readonly locksMax: number;
  /** Of them, those of one user, or of one address where nobody says who he is. More are 507. */
  readonly locksPerUserMax: number;
  /** How long a lock is given at most, and when nothing is said. */
  readonly lockTimeoutMaxMs: number;
  /** Dead properties of one resource. More are 507. */
  readonly propertiesMax: number;
  /** Their names and values together, in characters. More are 507. */
  readonly propertyBytesMax: number;
}

export const DEFAULT_WEBDAV_LIMITS: WebdavLimits = {
  xmlBytesMax: 1024 * 1024,
  treeEntriesMax: 10_000,
  locksMax: 10_000,
  locksPerUserMax: 1000,
  lockTimeoutMaxMs: 3_600_000,
  propertiesMax: 100,
  propertyBytesMax: 64 * 1024,
};
