// Who may do what. Asked of a request by whatever reads, lists or changes things for it.

import type { HttpError } from "./http-error.ts";
import type { UrlPath } from "./target.ts";

/**
 * `read`: what a file holds. `list`: which names a directory has. `write`: any change, below a
 * directory too.
 */
export type Verb = "read" | "list" | "write";

/** What the one who sent a request may do, on the host it was sent to. */
export interface Access {
  /** undefined: nobody has said who he is. */
  readonly user: string | undefined;
  /** @param path decoded, as everything is compared that rules speak of */
  may(verb: Verb, path: UrlPath): boolean;
  /** Where may() says no: 401 to him who may say who he is, else 403. Absent: 403. */
  refusal?(verb: Verb, path: UrlPath): HttpError;
}
