// Does a file's name say which content it has? Build tools put a hash there, so that changed
// content gets a new name and the old one may be kept for ever: "index-BkY3xQ9_.css".
//
// A name that is taken for one by mistake is stale for a year wherever it was fetched, one that is
// missed costs a question and a 304. So the rule is narrow. The hash stands behind a "-" or ".",
// before the extension; the extension is of a kind that pages load; and the hash has one of the
// forms that build tools write and people do not. Dates, versions, words, numbers and ids (which
// name a thing, whatever becomes of its content) are no hashes.

export function isFingerprinted(name: string): boolean {
  const [, stem, extension] = NAME.exec(name) ?? [];
  if (stem === undefined || extension === undefined) return false;
  if (!BUILT.has(extension.toLowerCase()) || UUID.test(stem)) return false;
  return candidatesIn(stem).some(isHash);
}

/** Stem, and extension: "app.3f9c1a2b" and "js" of "app.3f9c1a2b.chunk.js.map". */
const NAME = /^(.+?)(?:\.(?:chunk|min|module|bundle))*\.([A-Za-z0-9]+)(?:\.map|\.LICENSE\.txt)?$/;

/** What pages load besides other pages. Not html, pdf, zip: those have addresses that people keep. */
const BUILT: ReadonlySet<string> = new Set(
  (
    "js mjs cjs css wasm json png jpg jpeg gif webp avif svg ico " +
    "woff woff2 ttf otf eot mp3 ogg wav mp4 webm"
  ).split(" "),
);

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Each end of the stem that a separator stands before. A hash may itself hold a "-". */
function candidatesIn(stem: string): readonly string[] {
  return [...stem.slice(-(HASH_CHARACTERS_MAX + 1)).matchAll(/[-.]/g)].map(({ index }) =>
    stem.slice(-(HASH_CHARACTERS_MAX + 1)).slice(index + 1),
  );
}

const HASH_CHARACTERS_MAX = 64;

function isHash(text: string): boolean {
  return isHexHash(text) || isBase32Hash(text) || isBase64Hash(text);
}

/** webpack, Parcel, older Vite and Rollup, Next, Sprockets, Django, Hugo. */
function isHexHash(text: string): boolean {
  if (!/^[0-9a-f]{8,64}$/.test(text)) return false;
  // 24 digits are an id of MongoDB; a date with a letter behind it is a date.
  if (text.length === 24 || STARTS_WITH_DATE.test(text)) return false;
  return /[0-9]/.test(text) && /[a-f]/.test(text);
}

const STARTS_WITH_DATE = /^(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])/;

/** esbuild and Angular: eight characters of RFC 4648, section 6. */
function isBase32Hash(text: string): boolean {
  return /^[A-Z2-7]{8}$/.test(text) && /[2-7]/.test(text) && /[A-Z]/.test(text);
}

/** Vite and Rollup: eight characters of RFC 4648, section 5. webpack can be told to: twenty. */
function isBase64Hash(text: string): boolean {
  if (!/^(?:[\w-]{8}|\w{20,43})$/.test(text)) return false;
  const isMixed = /[0-9]/.test(text) && /[A-Z]/.test(text) && /[a-z]/.test(text);
  return isMixed && changesIn(text) >= CHANGES_MIN;
}

/** "Version2" and "IsoDate9" change kind less often than chance does. */
const CHANGES_MIN = 4;

function changesIn(text: string): number {
  const runs = text.match(/[0-9]+|[A-Z]+|[a-z]+|[_-]+/g) ?? [];
  return runs.length - 1;
}
