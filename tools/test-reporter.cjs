// What a test run prints: one line a file, failures in full where they happen and by name at the
// end, then node's own summary (# tests, # pass, # fail …). What tests print themselves passes through.
// CommonJS, because a reporter must be a default export, which this project has nowhere else.

const { relative } = require("node:path");
const { inspect } = require("node:util");

module.exports = async function* report(events) {
  const failures = [];
  const summary = [];
  let counted = { file: "", tests: 0 };
  for await (const { type, data } of events) {
    if (isResult(type)) {
      if (data.file !== undefined && data.file !== counted.file) {
        yield lineOf(counted);
        counted = { file: data.file, tests: 0 };
      }
      counted.tests++;
    }
    if (isFailure(type, data)) {
      failures.push(nameOf(data));
      yield `${nameOf(data)}\n${indented(reasonOf(data))}\n`;
    }
    if (isSummary(type, data)) summary.push(`# ${data.message}`);
    else yield wordsOf(type, data);
  }
  yield lineOf(counted);
  yield ["", ...failures, "", ...summary, ""].join("\n");
};

function isResult(type) {
  return type === "test:pass" || type === "test:fail";
}

function isSummary(type, data) {
  return type === "test:diagnostic" && SUMMARY.test(data.message);
}

const SUMMARY = /^(?:tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$/;

/** What tests print, and what they note by t.diagnostic(). */
function wordsOf(type, data) {
  if (type === "test:stdout" || type === "test:stderr") return data.message;
  return type === "test:diagnostic" ? `# ${data.message}\n` : "";
}

/** A suite fails with its tests, which have been told already. */
function isFailure(type, data) {
  return type === "test:fail" && data.details?.error?.failureType !== "subtestsFailed";
}

function lineOf({ file, tests }) {
  return tests === 0 ? "" : `${relative(process.cwd(), file)}  ${tests}\n`;
}

function nameOf(data) {
  return `not ok: ${relative(process.cwd(), data.file ?? "")}: ${data.name}`;
}

/** The runner wraps what the test has thrown. */
function reasonOf(data) {
  const error = data.details?.error;
  return typeof error?.cause === "object" ? inspect(error.cause) : String(error?.cause ?? error);
}

function indented(text) {
  return text.replace(/^/gm, "    ");
}
