// docs/performance.md: every scenario, and every goal with its figure, met or not.

import { cellsOf } from "./table.mjs";
import { goalCells } from "./terminal.mjs";

export function page({ results, scenarios, goals, servers, absent, machine, rounds, durationSec }) {
  const met = goals.filter((goal) => goal.met === true).length;
  const measured = goals.filter((goal) => goal.met !== undefined).length;
  return `# Performance

Made by \`npm run bench -- --write\`; [bench/README.md](../bench/README.md) says how it is measured,
[speed.md](speed.md) where the time goes.
Differences under 10 % are ties. Loopback, one machine for both sides: what is compared is what a
request costs a server, not what a network does.

| | |
|---|---|
${rowsText(machineRows(machine, rounds, durationSec))}

| server | version | how |
|---|---|---|
${rowsText(servers.map(({ name, version, does }) => [name, version, does]))}
${absent.map(({ name, reason }) => `\nNot taking part: ${name}, ${reason}.\n`).join("")}
## Goals

${met} of ${measured} are met. N is the best of nginx with and without tcp_nopush and sendfile, P the better of
lighttpd and h2o. Compared are medians of ratios within one round: of requests a second, or of
requests per second of processor time where the client was the bottleneck.

| goal | wanted | measured | | against |
|---|---|---|---|---|
${rowsText(goals.map(goalCells))}

## Scenarios

"CPU ×" compares requests (for files from 100 KiB on: bytes) per second of the server's processor
time, all its processes and threads counted; higher is better in every "×" column.
${scenarios
  .filter(({ name }) => results[name] !== undefined)
  .map((scenario) => section(scenario, results[scenario.name]))
  .join("")}`;
}

function machineRows(machine, rounds, durationSec) {
  return [
    ["processor", `${machine.cpu}, ${machine.cores} cores`],
    ["memory", `${machine.memoryGib} GiB`],
    ["kernel", machine.kernel],
    ["Node", `${machine.node}, OpenSSL ${machine.openssl}`],
    ["client", `wrk ${machine.wrk}; for 1 MiB and more one that drops bodies in the kernel`],
    ["rounds", `${rounds} of ${durationSec} s for each server, interleaved`],
    ["date", machine.date],
  ];
}

function section(scenario, samples) {
  const { head, cells } = cellsOf(scenario, samples);
  const line = `|${head.map((_, column) => (column === 0 ? "---" : "---:")).join("|")}|`;
  return `
### ${scenario.name}

${scenario.title}.

| ${head.join(" | ")} |
${line}
${rowsText(cells)}
`;
}

function rowsText(rows) {
  return rows.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
