// Where connections come in, and what stands behind it now. The house may be exchanged while people
// are in it: whoever asks next is answered by the new one, on the connection he has.

import type { TlsContexts } from "../transport/tls-context.ts";
import type { Site, SiteHolder } from "./service.ts";

/** What stands behind a door. */
export interface House {
  readonly site: Site;
  readonly tls?: {
    readonly contexts: TlsContexts;
    /** For plain HTTP that arrives on this port. */
    readonly plainSite: Site;
  };
}

export class Doorway {
  #house: House;
  readonly #plain: { site: Site };
  readonly #secure: { site: Site };
  /** Nobody comes in any more, and those who are in leave after their answer. */
  isClosed = false;

  constructor(house: House) {
    this.#house = house;
    this.#plain = { site: plainSiteOf(house) };
    this.#secure = { site: house.site };
  }

  get house(): House {
    return this.#house;
  }

  set house(next: House) {
    this.#house = next;
    this.#plain.site = plainSiteOf(next);
    this.#secure.site = next.site;
  }

  /** What answers those who speak in plain, and stays true when the house is exchanged. */
  get plain(): SiteHolder {
    return this.#plain;
  }

  /** The same for TLS. They keep their site even when the door has given up TLS meanwhile. */
  get secure(): SiteHolder {
    return this.#secure;
  }
}

function plainSiteOf({ site, tls }: House): Site {
  return tls === undefined ? site : tls.plainSite;
}
