// Times as HTTP writes them. RFC 9110, section 5.6.7.
// One form is written, three are read. Whole seconds, always GMT.

const MONTHS: readonly string[] = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

const TIME = "([0-9]{2}):([0-9]{2}):([0-9]{2})";
const MONTH = "(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)";
const DAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
const LONG_DAY = "(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)";

// Anchored, and each place fits one character class only: no input makes them backtrack.
const IMF_FIXDATE = new RegExp(`^${DAY}, ([0-9]{2}) ${MONTH} ([0-9]{4}) ${TIME} GMT$`);
const RFC850_DATE = new RegExp(`^${LONG_DAY}, ([0-9]{2})-${MONTH}-([0-9]{2}) ${TIME} GMT$`);
const ASCTIME_DATE = new RegExp(`^${DAY} ${MONTH} ([0-9]{2}| [0-9]) ${TIME} ([0-9]{4})$`);

const LONGEST = "Wednesday, 06-Nov-94 08:49:37 GMT".length;

// The years that four digits can say. Files may claim to be from any time; the field may not.
const FIRST_MS = -62_167_219_200_000;
const LAST_MS = 253_402_300_799_000;

/**
 * "Sun, 06 Nov 1994 08:49:37 GMT". Fractions of a second are dropped; times outside the years
 * 0000 to 9999 become the nearest one inside.
 * @param ms since 1970
 */
export function formatDate(ms: number): string {
  // ECMA-262 defines toUTCString() as exactly this form, in English whatever the locale.
  return new Date(Math.min(Math.max(ms, FIRST_MS), LAST_MS)).toUTCString();
}

/**
 * Milliseconds since 1970; undefined when it is none of the three forms or no such day or time
 * exists. Case-sensitive, as the RFC has it. The name of the day must be one, but need not fit:
 * it adds nothing, and other servers do not look at it either.
 * @param nowMs settles the century of two-digit years
 */
export function parseDate(text: string, nowMs: number): number | undefined {
  if (text.length > LONGEST) return undefined;
  const fixed = IMF_FIXDATE.exec(text);
  if (fixed !== null) {
    const [, day, month, year, ...time] = fixed;
    return momentOf(Number(year), month, day, time);
  }
  const old = RFC850_DATE.exec(text);
  if (old !== null) {
    const [, day, month, year, ...time] = old;
    return latestOf(Number(year), nowMs, (full) => momentOf(full, month, day, time));
  }
  const asctime = ASCTIME_DATE.exec(text);
  if (asctime !== null) {
    const [, month, day, hours, minutes, seconds, year] = asctime;
    return momentOf(Number(year), month, day, [hours, minutes, seconds]);
  }
  return undefined;
}

/** What the expressions found; they see to it that nothing is missing. */
type Part = string | undefined;

function momentOf(year: number, month: Part, day: Part, time: readonly Part[]): number | undefined {
  const [hours = 0, minutes = 0, seconds = 0] = time.map(Number);
  // 60 is a leap second, which POSIX time does not have: the next minute's first.
  if (hours > 23 || minutes > 59 || seconds > 60) return undefined;
  const date = new Date(0);
  // Not Date.UTC: it takes the years 0 to 99 for 1900 to 1999.
  date.setUTCFullYear(year, MONTHS.indexOf(month ?? ""), Number(day));
  if (date.getUTCDate() !== Number(day)) return undefined; // rolled over: 31 April
  return date.getTime() + ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

// A date that seems more than 50 years ahead is the latest past one with the same two digits.
function latestOf(
  twoDigits: number,
  nowMs: number,
  momentIn: (year: number) => number | undefined,
): number | undefined {
  const horizon = new Date(nowMs);
  horizon.setUTCFullYear(horizon.getUTCFullYear() + 50);
  const century = Math.floor(horizon.getUTCFullYear() / 100) * 100;
  const latest = momentIn(century + twoDigits);
  if (latest !== undefined && latest <= horizon.getTime()) return latest;
  return momentIn(century - 100 + twoDigits);
}
