// Somebody was waited for long enough.
// Not an Error of the program: the transport throws it into a waiting read when a deadline
// passes, and the driver turns it into 408 or a silent close.

export class TimeoutError extends Error {
  override readonly name = "TimeoutError";
}
