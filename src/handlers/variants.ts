// The same thing in several files: "page.en.html" and "page.de.html" for "/page.html", by language;
// "picture.avif" beside "picture.jpg", by media type. Which of them does a client want?
//
// Looks at names only, like all that locates files. Whoever asks for "page.de.html" itself gets it,
// whatever he speaks. Codings come after this: the chosen file may have a ".br" beside it.

import { essenceOf, type MediaTypes } from "../http/media-type.ts";
import { preferredInstead, preferredLanguage } from "../http/negotiation.ts";
import type { FileSystem, Stat } from "../vfs/file-system.ts";
import { childOf, nameOf, parentOf, type VfsPath } from "../vfs/path.ts";
import { fileStat, isStale } from "./precompressed.ts";

export interface VariantSite {
  readonly fileSystem: FileSystem;
  readonly mediaTypes: MediaTypes;
  /** Language tags as they stand in file names. The first is sent to whom none suits. */
  readonly languages?: readonly string[];
  /** Extensions of files to send instead of one of another type, our favourite first. */
  readonly types?: readonly string[];
}

export interface VariantWish {
  readonly accept: string | undefined;
  readonly acceptLanguage: string | undefined;
}

export interface Variant {
  readonly path: VfsPath;
  /** undefined: it is not there, though something beside it may be. */
  readonly stat: Stat | undefined;
  /** undefined: it is the file that was asked for, and nobody knows its language. */
  readonly chosen: { readonly mark: string; readonly language: string | undefined } | undefined;
  /** Request fields that decided; none where there was nothing to choose. */
  readonly vary: readonly string[];
}

/** @param stat of `path`; undefined when it is not there, and then its languages may be */
export async function chosenVariant(
  path: VfsPath,
  stat: Stat | undefined,
  wish: VariantWish,
  site: VariantSite,
): Promise<Variant> {
  return (
    (await byLanguage(path, stat, wish, site)) ??
    (await byType(path, stat, wish, site)) ?? { path, stat, chosen: undefined, vary: [] }
  );
}

interface Offer {
  /** The language tag or the media type. */
  readonly name: string;
  readonly mark: string;
  readonly path: VfsPath;
  readonly stat: Stat;
}

/** undefined: the file has no languages. */
async function byLanguage(
  path: VfsPath,
  stat: Stat | undefined,
  { acceptLanguage }: VariantWish,
  { fileSystem, languages = [] }: VariantSite,
): Promise<Variant | undefined> {
  const [first] = languages;
  if (first === undefined) return undefined;
  const found = await Promise.all(
    languages.map(async (language): Promise<Offer | undefined> => {
      const sibling = inLanguage(path, language);
      const there = await fileStat(fileSystem, sibling);
      if (there === undefined) return undefined;
      return { name: language, mark: language, path: sibling, stat: there };
    }),
  );
  const offers = found.filter((offer) => offer !== undefined);
  if (offers.length === 0) return undefined;
  // A site that began with one language has its first one without a mark in its name.
  if (found[0] === undefined && stat !== undefined) {
    offers.unshift({ name: first, mark: first, path, stat });
  }
  const preferred = preferredLanguage(
    acceptLanguage,
    offers.map(({ name }) => name),
  );
  const offer = offers.find(({ name }) => name === preferred) ?? offers[0];
  if (offer === undefined) return undefined;
  const chosen = { mark: offer.mark, language: offer.name };
  return { path: offer.path, stat: offer.stat, chosen, vary: ["Accept-Language"] };
}

/** undefined: there is no file of another type to send instead. */
async function byType(
  path: VfsPath,
  stat: Stat | undefined,
  { accept }: VariantWish,
  { fileSystem, mediaTypes, types = [] }: VariantSite,
): Promise<Variant | undefined> {
  if (stat === undefined || types.length === 0) return undefined;
  const own = essenceOf(mediaTypes.typeOf(nameOf(path)));
  const found = await Promise.all(
    types.map(async (extension): Promise<Offer | undefined> => {
      const sibling = withExtension(path, extension);
      const name = essenceOf(mediaTypes.typeOf(nameOf(sibling)));
      // A picture instead of a picture: "style.avif" says nothing about "style.css".
      if (name === own || kindOf(name) !== kindOf(own)) return undefined;
      const there = await fileStat(fileSystem, sibling);
      if (there === undefined || isStale(there, stat)) return undefined;
      return { name, mark: extension, path: sibling, stat: there };
    }),
  );
  const offers = found.filter((offer) => offer !== undefined);
  if (offers.length === 0) return undefined;
  const preferred = preferredInstead(
    accept,
    own,
    offers.map(({ name }) => name),
  );
  const offer = offers.find(({ name }) => name === preferred);
  if (offer === undefined) return { path, stat, chosen: undefined, vary: ["Accept"] };
  const chosen = { mark: offer.mark, language: undefined };
  return { path: offer.path, stat: offer.stat, chosen, vary: ["Accept"] };
}

/** "/a/page.html" in "de" is "/a/page.de.html"; "/a/README" is "/a/README.de". */
function inLanguage(path: VfsPath, language: string): VfsPath {
  const { stem, extension } = partsOf(nameOf(path));
  return childOf(parentOf(path), `${stem}.${language}${extension}`);
}

function withExtension(path: VfsPath, extension: string): VfsPath {
  return childOf(parentOf(path), `${partsOf(nameOf(path)).stem}.${extension}`);
}

/** The extension with its dot; "" for "README" and ".profile". */
function partsOf(name: string): { readonly stem: string; readonly extension: string } {
  const dot = name.lastIndexOf(".");
  if (dot <= 0) return { stem: name, extension: "" };
  return { stem: name.slice(0, dot), extension: name.slice(dot) };
}

/** "image" of "image/jpeg". */
function kindOf(essence: string): string {
  return essence.slice(0, essence.indexOf("/"));
}
