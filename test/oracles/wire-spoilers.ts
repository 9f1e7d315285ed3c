// Ways to break a request, each a rule of RFC 9112 or 9110 and one example of breaking it. What
// node:http lets pass is where Ferrox is the stricter, on purpose: the next server in a chain may
// read such a message in another way, and the difference is a smuggled request.

export interface Spoiler {
  /** The section, and what breaks it. */
  readonly rule: string;
  /** What is sent instead of a request. */
  readonly bytes: string;
  /** Ferrox's answer, where it is not 400. */
  readonly status?: number;
}

const START = "GET /a.txt HTTP/1.1\r\n";
const HOST = "Host: a\r\n";

/** Another request line. */
function line(rule: string, text: string): Spoiler {
  return { rule, bytes: `${text}\r\n${HOST}\r\n` };
}

/** Further field lines, with their ends, and what follows the head. */
function fields(rule: string, lines: string, rest = ""): Spoiler {
  return { rule, bytes: `${START}${HOST}${lines}\r\n${rest}` };
}

/** Other field lines than Host. */
function hosts(rule: string, lines: string): Spoiler {
  return { rule, bytes: `${START}${lines}\r\n` };
}

function target(rule: string, text: string): Spoiler {
  return line(rule, `GET ${text} HTTP/1.1`);
}

function chunks(rule: string, packed: string): Spoiler {
  const head = `POST /a.txt HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n`;
  return { rule, bytes: head + packed };
}

/** The connection ends behind the refusal. */
export const REFUSED_BY_BOTH: readonly Spoiler[] = [
  line("RFC 9112, 3: a tab for a space", "GET\t/a.txt HTTP/1.1"),
  line("RFC 9112, 3: no target", "GET HTTP/1.1"),
  line("RFC 9112, 3: a space in the target", "GET /a b HTTP/1.1"),
  line("RFC 9112, 3: no version", "GET /a.txt"),
  line("RFC 9112, 3: a space behind the version", "GET /a.txt HTTP/1.1 "),
  line("RFC 9112, 2.3: http in lower case", "GET /a.txt http/1.1"),
  line("RFC 9112, 2.3: a minor version of two digits", "GET /a.txt HTTP/1.10"),
  line("RFC 9112, 2.3: no minor version", "GET /a.txt HTTP/1"),
  line("RFC 9112, 2.3: a version that is not spoken", "GET /a.txt HTTP/3.0"),
  line("RFC 9112, 3.1: a method that is no token", "G(T /a.txt HTTP/1.1"),
  line("RFC 9112, 2.2: a space before the request line", " GET /a.txt HTTP/1.1"),
  target("RFC 9112, 3.2: a NUL in the target", "/a\0"),
  target("RFC 9112, 2.2: a bare CR in the target", "/a\rb"),
  target("RFC 9112, 3.2: a target that is no URI", "a.txt"),
  { rule: "RFC 9112, 2.2: the request line ends with LF", bytes: `GET / HTTP/1.1\n${HOST}\r\n` },
  hosts("RFC 9112, 3.2: no Host", ""),
  fields("RFC 9112, 5.1: a space before the colon", "X : y\r\n"),
  fields("RFC 9112, 5.1: no colon", "X\r\n"),
  fields("RFC 9110, 5.1: no name", ": y\r\n"),
  fields("RFC 9110, 5.6.2: a name that is no token", "X(y): z\r\n"),
  fields("RFC 9110, 5.6.2: a name beyond ASCII", "X\xe9: z\r\n"),
  fields("RFC 9110, 5.5: a NUL in a value", "X: a\0b\r\n"),
  fields("RFC 9110, 5.5: DEL in a value", "X: a\x7fb\r\n"),
  fields("RFC 9112, 2.2: a bare CR in a value", "X: a\rb\r\n"),
  fields("RFC 9112, 2.2: a field line ends with LF", "X: y\nZ: z\r\n"),
  fields("RFC 9112, 6.3: a length with a sign", "Content-Length: +5\r\n", "hello"),
  fields("RFC 9112, 6.3: a length below nothing", "Content-Length: -5\r\n", "hello"),
  fields("RFC 9112, 6.3: a length in hexadecimal", "Content-Length: 0x5\r\n", "hello"),
  fields("RFC 9112, 6.3: a blank in a length", "Content-Length: 5 5\r\n", "hello"),
  fields("RFC 9112, 6.3: an empty length", "Content-Length:\r\n"),
  fields("RFC 9112, 6.3: a list of lengths", "Content-Length: 5, 5\r\n", "hello"),
  fields("RFC 9112, 6.3: a length beyond counting", `Content-Length: ${"9".repeat(30)}\r\n`),
  fields("RFC 9112, 6.3: two lengths", "Content-Length: 5\r\nContent-Length: 6\r\n", "hello!"),
  fields(
    "RFC 9112, 6.3: a length and a coding",
    "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
    "0\r\n\r\n",
  ),
  fields("RFC 9112, 6.3: chunked is not the last coding", "Transfer-Encoding: chunked, gzip\r\n"),
  fields("RFC 9112, 6.3: a coding that is not chunked", "Transfer-Encoding: gzip\r\n", "hello"),
  fields("RFC 9112, 7: chunked in quotes is another coding", 'Transfer-Encoding: "chunked"\r\n'),
  fields("RFC 9110, 10.1.1: an expectation nobody knows", "Expect: miracles\r\n"),
  chunks("RFC 9112, 7.1: a size that is none", "x\r\nhello\r\n0\r\n\r\n"),
  chunks("RFC 9112, 7.1: no size", "\r\nhello\r\n0\r\n\r\n"),
  chunks("RFC 9112, 7.1: a size with a sign", "+5\r\nhello\r\n0\r\n\r\n"),
  chunks("RFC 9112, 7.1: a size marked as hexadecimal", "0x5\r\nhello\r\n0\r\n\r\n"),
  chunks("RFC 9112, 7.1: a size beyond counting", "10000000000000005\r\nhello\r\n0\r\n\r\n"),
  chunks("RFC 9112, 7.1: a chunk longer than its size", "5\r\nhello!\r\n0\r\n\r\n"),
  chunks("RFC 9112, 7.1: a chunk shorter than its size", "5\r\nhell\r\n0\r\n\r\n"),
  chunks("RFC 9112, 7.1: a size line ends with LF", "5\nhello\r\n0\r\n\r\n"),
  chunks("RFC 9112, 7.1: a chunk ends with LF", "5\r\nhello\n0\r\n\r\n"),
  chunks("RFC 9112, 7.1.1: a bare CR in an extension", "5;a\rb\r\nhello\r\n0\r\n\r\n"),
  chunks("RFC 9112, 7.1.2: a trailer without a colon", "5\r\nhello\r\n0\r\nX\r\n\r\n"),
  target("RFC 9112, 3.2: bytes beyond ASCII in the target", "/\xe9"),
  fields("RFC 9112, 5.2: a folded line", "X: a\r\n b\r\n"),
  fields(
    "RFC 9112, 6.1: chunked twice",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
    "0\r\n\r\n",
  ),
];

/** And Ferrox refuses. */
export const TAKEN_BY_NODE: readonly Spoiler[] = [
  line("RFC 9112, 3: two spaces before the target", "GET  /a.txt HTTP/1.1"),
  target("RFC 9112, 3.2.1: a fragment in the target", "/a.txt#b"),
  target("RFC 9112, 3.2: a character no URI has", '/a"b'),
  target("RFC 9112, 3.2: a backslash in the path", "/a\\b"),
  target("RFC 3986, 2.1: a percent sign without its digits", "/%zz"),
  target("RFC 3986, 7.3: %00 in the path", "/%00"),
  target("RFC 9112, 3.2: a path above the root", "/../a.txt"),
  target("RFC 9112, 3.2.4: the asterisk is for OPTIONS", "*"),
  target("RFC 9110, 4.2.4: userinfo in the target", "http://user@a/"),
  target("RFC 9112, 3.2: a target of another scheme", "ftp://a/"),
  target("RFC 9110, 4.2.1: a target without a host", "http:///a.txt"),
  hosts("RFC 9112, 3.2: two Hosts", "Host: a\r\nHost: a\r\n"),
  hosts("RFC 9112, 3.2: an empty Host", "Host:\r\n"),
  hosts("RFC 9112, 3.2: a Host that is none", "Host: a/b\r\n"),
  hosts("RFC 9110, 7.2: userinfo in Host", "Host: user@a\r\n"),
  hosts("RFC 3986, 3.2.3: a port beyond 65535", "Host: a:65536\r\n"),
  hosts("RFC 3986, 3.2.2: an address that is none", "Host: [::1\r\n"),
  {
    ...fields(
      "RFC 9112, 6.1: codings before chunked that are not spoken",
      "Transfer-Encoding: gzip, chunked\r\n",
      "0\r\n\r\n",
    ),
    status: 501,
  },
];

/** Where Ferrox goes on, because the message is well formed; and with which status. */
export const TAKEN_BY_FERROX: readonly Spoiler[] = [
  { ...line("RFC 9110, 9.1: a method nobody knows is 501", "FOO /a.txt HTTP/1.1"), status: 501 },
  { ...line("RFC 9110, 9.1: methods know case", "get /a.txt HTTP/1.1"), status: 501 },
  { ...line("RFC 9110, 2.5: a higher minor version", "GET /a.txt HTTP/1.7"), status: 200 },
];
