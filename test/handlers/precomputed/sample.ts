// flashd's sample: three representations, chosen by media type and by coding.

import type { Resource } from "../../../src/handlers/precomputed/resource.ts";

export const PLAIN_ETAG = '"ecf701f727d9e2d77c4aa49ac6fbbcc997278aca010bddeeb961c10cf54d435a"';
export const PLAIN_CONTENTS: string = `Content-Type: text/plain; charset=us-ascii\r\nETag: ${PLAIN_ETAG}\r\n\r\nhello world!\n`;

export const SAMPLE: Resource = {
  representations: [
    {
      status: 200,
      etag: PLAIN_ETAG,
      source: { kind: "inline", contents: Buffer.from(PLAIN_CONTENTS) },
      headerLength: 120,
      lastModified: undefined,
    },
    {
      status: 200,
      etag: '"597c0bff392438fe7398d9c936d75b35b5fe17d517350f067b51248761659287"',
      source: { kind: "file", name: "sample/sample.html" },
      headerLength: 119,
      lastModified: undefined,
    },
    {
      status: 200,
      etag: '"3521640924b7f2dae82ecea6130ca67ae5efea5a0dabe0b802898eaa2cb3edd3"',
      source: { kind: "file", name: "sample/sample.html.gz" },
      headerLength: 143,
      lastModified: undefined,
    },
  ],
  negotiations: [
    {
      header: "accept:",
      wildcard: "*/*",
      mustMatch: true,
      choices: [
        { name: "text/plain", specificity: 2, representations: [0] },
        { name: "text/html", specificity: 2, representations: [1, 2] },
        { name: "text/*", specificity: 1, representations: [0, 1, 2] },
      ],
    },
    {
      header: "accept-encoding:",
      wildcard: undefined,
      mustMatch: false,
      choices: [
        { name: "identity", specificity: 0, representations: [0, 1] },
        { name: "gzip", specificity: 0, representations: [2] },
      ],
    },
  ],
};

/** The same as people write it, and `flatc` reads it. */
export const SAMPLE_JSON: string = JSON.stringify({
  representations: [
    {
      status: 200,
      etag: PLAIN_ETAG,
      source_type: "InlineSource",
      source: { contents: PLAIN_CONTENTS },
      header_length: 120,
    },
    {
      status: 200,
      etag: '"597c0bff392438fe7398d9c936d75b35b5fe17d517350f067b51248761659287"',
      source_type: "FileSource",
      source: { filename: "sample/sample.html" },
      header_length: 119,
    },
    {
      status: 200,
      etag: '"3521640924b7f2dae82ecea6130ca67ae5efea5a0dabe0b802898eaa2cb3edd3"',
      source_type: "FileSource",
      source: { filename: "sample/sample.html.gz" },
      header_length: 143,
    },
  ],
  negotiations: [
    {
      header: "accept:",
      wildcard: "*/*",
      must_match: true,
      choices: [
        { name: "text/plain", specificity: 2, representations: [0] },
        { name: "text/html", specificity: 2, representations: [1, 2] },
        { name: "text/*", specificity: 1, representations: [0, 1, 2] },
      ],
    },
    {
      header: "accept-encoding:",
      choices: [
        { name: "identity", representations: [0, 1] },
        { name: "gzip", representations: [2] },
      ],
    },
  ],
});

/** flashd's schema. */
export const FLASHD_SCHEMA = `namespace any;
table FileSource { filename:string (required); }
table InlineSource { contents:string (required); }
union Source { FileSource, InlineSource }
struct Timestamp { timestamp:int64; }
table Representation { source:Source; status:uint16 = 200; header_length:uint64; etag:string; last_modified:Timestamp; }
table Choice { name:string (required, key); specificity:uint8; representations:[uint16] (required); }
table Negotiation { header:string (required, key); choices:[Choice] (required); wildcard:string; must_match:bool; }
table Resource { representations:[Representation] (required); negotiations:[Negotiation]; }
root_type Resource;
file_identifier "HTTP";
file_extension "http";
`;

/** Blocks of fields that would break an answer. */
export const BAD_FIELDS: readonly string[] = [
  "Content-Length: 3",
  "Transfer-Encoding: chunked",
  "Connection: close",
  "HTTP/1.1 200 OK",
  "A: b\nC: d",
  "A : b",
  " folded: b",
];
