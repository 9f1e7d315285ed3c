// In which form does a file go out? First the variant: a language, another type of picture
// (variants.ts). Then its coding: one that lies ready beside it (precompressed.ts), else one that
// can be made on the fly (compressor.ts). Looks at names only and opens nothing, unless the operator
// has types guessed.

import type { Trace } from "../base/trace.ts";
import { isCompressible, UNKNOWN_TYPE } from "../http/media-type.ts";
import { type Coding, preferredCoding } from "../http/negotiation.ts";
import type { Stat } from "../vfs/file-system.ts";
import { nameOf, type VfsPath } from "../vfs/path.ts";
import type { Compressor } from "./compressor.ts";
import { type Sibling, siblingsOf } from "./precompressed.ts";
import { chosenVariant, type Variant, type VariantSite, type VariantWish } from "./variants.ts";

export interface FormSite extends VariantSite {
  /** Offers codings of files that have none lying ready. */
  readonly compressor?: Compressor | undefined;
  /** Tells text by what a file holds, where its name does not. Absent: nobody looks. */
  readonly typeInside?: (path: VfsPath, stat: Stat) => Promise<string> | string;
}

export interface FormWish extends VariantWish {
  readonly acceptEncoding: string | undefined;
}

export interface LocatedFile {
  readonly kind: "file";
  /** To be opened. */
  readonly path: VfsPath;
  /** What it is called, whatever it is coded in. */
  readonly name: VfsPath;
  readonly version: string | undefined;
  /** That it lies in. */
  readonly coding: Coding | undefined;
  /** To be compressed into before it is sent. */
  readonly compressAs: Coding | undefined;
  /** The client takes it without any coding, too. */
  readonly mayBePlain: boolean;
  /** The same without coding, should opening the coded one fail. */
  readonly plain: VfsPath | undefined;
  readonly variant: Variant["chosen"];
  readonly mediaType: string;
  /** Request fields that led here rather than elsewhere. */
  readonly vary: readonly string[];
  /** The page of an application, which stands for paths that name no file. Absent: it is not. */
  readonly isFallback?: true;
}

export interface Refused {
  readonly kind: "refused";
  readonly status: 403 | 404 | 406;
  /** Goes before the path, for people: "no file". */
  readonly why: string;
}

export interface Candidate {
  /** Its name decides the media type. */
  readonly path: VfsPath;
  /** undefined: only something beside it may be there. */
  readonly stat: Stat | undefined;
  readonly wish: FormWish;
  readonly site: FormSite;
  readonly vary: readonly string[];
}

const WHERE = "handlers/static-files";

/** The form that the client likes best; isThere() tells whether there is any. */
export async function negotiated(
  candidate: Candidate,
  trace: Trace | undefined,
): Promise<LocatedFile | Refused> {
  const { wish, site } = candidate;
  const variant = await chosenVariant(candidate.path, candidate.stat, wish, site);
  const { path, stat } = variant;
  if (variant.vary.length > 0) trace?.note(WHERE, `by ${variant.vary.join(", ")} → ${path}`);
  const mediaType = await typeOf(path, stat, site);
  const offer = await codingsOf(variant, mediaType, site);
  const chosen = preferredCoding(wish.acceptEncoding, offer.codings);
  if (offer.codings.length > 0) trace?.note(WHERE, `${offer.told} → ${chosen}`);
  const plain = stat === undefined ? undefined : path;
  if (chosen === "none" && plain !== undefined) {
    return { kind: "refused", status: 406, why: "the client refuses every coding there is of" };
  }
  const sibling = offer.siblings.find(({ coding }) => coding === chosen);
  const isMade = sibling === undefined && chosen !== "identity" && chosen !== "none";
  return {
    kind: "file",
    path: sibling?.path ?? path,
    name: path,
    version: (sibling?.stat ?? stat)?.version,
    coding: sibling?.coding,
    compressAs: isMade ? chosen : undefined,
    mayBePlain: preferredCoding(wish.acceptEncoding, []) !== "none",
    plain,
    variant: variant.chosen,
    mediaType,
    vary: [...candidate.vary, ...variant.vary, ...offer.vary],
  };
}

const PLAIN = "text/plain; charset=utf-8";

/** Where the name tells nothing, the content may be asked. */
async function typeOf(path: VfsPath, stat: Stat | undefined, site: FormSite): Promise<string> {
  const named = site.mediaTypes.typeOf(nameOf(path));
  const { typeInside } = site;
  if (named !== UNKNOWN_TYPE || stat === undefined || typeInside === undefined) return named;
  return (await typeInside(path, stat)) === "text/plain" ? PLAIN : named;
}

/** Found under its own name, or in some form that lies beside it. */
export function isThere(located: LocatedFile | Refused): boolean {
  return located.kind === "refused" || (located.coding ?? located.plain) !== undefined;
}

interface CodingOffer {
  readonly siblings: readonly Sibling[];
  readonly codings: readonly Coding[];
  readonly vary: readonly string[];
  /** For people. */
  readonly told: string;
}

/**
 * Who has put codings beside a file has said in which ones it is to be had: nothing is made of it
 * here, and its tags stay strong.
 */
async function codingsOf(
  { path, stat }: Variant,
  mediaType: string,
  { fileSystem, compressor }: FormSite,
): Promise<CodingOffer> {
  // Nobody compresses a picture twice; not looking spares three questions to the file system.
  if (!isCompressible(mediaType)) return NO_CODINGS;
  const siblings = await siblingsOf(fileSystem, path, stat);
  const ready = siblings.map(({ coding }) => coding);
  if (ready.length > 0) return offerOf(siblings, ready, `codings ${ready.join(", ")}`);
  // Without a version nobody could tell whether what was made is still right.
  if (compressor === undefined || stat?.version === undefined) return NO_CODINGS;
  const made = compressor.codingsFor(mediaType, stat.size);
  if (made.length === 0) return NO_CODINGS;
  return offerOf([], made, `codings ${made.join(", ")}, made here`);
}

function offerOf(
  siblings: readonly Sibling[],
  codings: readonly Coding[],
  told: string,
): CodingOffer {
  return { siblings, codings, vary: ["Accept-Encoding"], told };
}

const NO_CODINGS: CodingOffer = { siblings: [], codings: [], vary: [], told: "" };
