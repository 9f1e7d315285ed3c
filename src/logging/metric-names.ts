// Every figure that the server tells about itself: its name, what it means, and what becomes of it
// when several processes serve together. docs/monitoring.md shows the same table.
//
// process_* and nodejs_* are what other programs call the same things, so that dashboards made for
// those fit.

export interface Metric {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly labels: readonly string[];
  /** One sentence, without its full stop. */
  readonly help: string;
  /** How the figures of several processes become one. */
  readonly merge: "sum" | "max" | "min";
}

const METRICS = [
  {
    name: "ferrox_requests_total",
    type: "counter",
    labels: ["route", "status"],
    help: "Requests answered, by route and status; those of no route, refused bytes too, have an empty one",
    merge: "sum",
  },
  {
    name: "ferrox_request_duration_seconds",
    type: "histogram",
    labels: ["route"],
    help: "From a request's head to the end of its answer",
    merge: "sum",
  },
  {
    name: "ferrox_response_body_bytes_total",
    type: "counter",
    labels: ["route"],
    help: "Bytes of bodies handed to the network",
    merge: "sum",
  },
  {
    name: "ferrox_request_body_bytes_total",
    type: "counter",
    labels: ["route"],
    help: "Bytes of requests' bodies that were there by the end of the answer, with their packing",
    merge: "sum",
  },
  {
    name: "ferrox_responses_incomplete_total",
    type: "counter",
    labels: [],
    help: "Answers whose body could not be sent whole, whoever was to blame",
    merge: "sum",
  },
  {
    name: "ferrox_refusals_total",
    type: "counter",
    labels: ["limit"],
    help: "What was refused or cut because of a limit, by the limit's name in the configuration",
    merge: "sum",
  },
  {
    name: "ferrox_connections",
    type: "gauge",
    labels: ["state"],
    help: "Open connections: active ones have a request under way, idle ones none",
    merge: "sum",
  },
  {
    name: "ferrox_connections_accepted_total",
    type: "counter",
    labels: [],
    help: "Connections accepted, those turned away at the door not among them",
    merge: "sum",
  },
  {
    name: "ferrox_cache_hits_total",
    type: "counter",
    labels: [],
    help: "Requests answered from memory",
    merge: "sum",
  },
  {
    name: "ferrox_cache_misses_total",
    type: "counter",
    labels: [],
    help: "Requests for which a file had to be looked for",
    merge: "sum",
  },
  {
    name: "ferrox_cache_entries",
    type: "gauge",
    labels: [],
    help: "Answers in memory",
    merge: "sum",
  },
  {
    name: "ferrox_cache_bytes",
    type: "gauge",
    labels: [],
    help: "What they weigh",
    merge: "sum",
  },
  {
    name: "ferrox_reloads_total",
    type: "counter",
    labels: ["result"],
    help: "How often the configuration was read anew while the server ran",
    merge: "max",
  },
  {
    name: "ferrox_config_last_success_timestamp_seconds",
    type: "gauge",
    labels: [],
    help: "When the configuration in force was read, in seconds since 1970",
    merge: "max",
  },
  {
    name: "ferrox_workers",
    type: "gauge",
    labels: [],
    help: "Processes that serve",
    merge: "sum",
  },
  {
    name: "ferrox_uptime_seconds",
    type: "gauge",
    labels: [],
    help: "How long the server has been running",
    merge: "max",
  },
  {
    name: "ferrox_build_info",
    type: "gauge",
    labels: ["version"],
    help: "Always 1; which Ferrox this is",
    merge: "max",
  },
  {
    name: "process_cpu_seconds_total",
    type: "counter",
    labels: [],
    help: "Processor time spent, in user and system mode",
    merge: "sum",
  },
  {
    name: "process_resident_memory_bytes",
    type: "gauge",
    labels: [],
    help: "Memory that is really there",
    merge: "sum",
  },
  {
    name: "process_start_time_seconds",
    type: "gauge",
    labels: [],
    help: "When the process was started, in seconds since 1970; the first of several",
    merge: "min",
  },
  {
    name: "process_open_fds",
    type: "gauge",
    labels: [],
    help: "Open file descriptors; of several processes, of the one that has most (Linux only)",
    merge: "max",
  },
  {
    name: "process_max_fds",
    type: "gauge",
    labels: [],
    help: "How many one process may have (Linux only)",
    merge: "min",
  },
  {
    name: "nodejs_version_info",
    type: "gauge",
    labels: ["version", "major", "minor", "patch"],
    help: "Always 1; which Node this is",
    merge: "max",
  },
  {
    name: "nodejs_heap_size_total_bytes",
    type: "gauge",
    labels: [],
    help: "JavaScript's heap, as reserved",
    merge: "sum",
  },
  {
    name: "nodejs_heap_size_used_bytes",
    type: "gauge",
    labels: [],
    help: "JavaScript's heap, as used",
    merge: "sum",
  },
  {
    name: "nodejs_external_memory_bytes",
    type: "gauge",
    labels: [],
    help: "Buffers outside JavaScript's heap",
    merge: "sum",
  },
  {
    name: "nodejs_eventloop_lag_mean_seconds",
    type: "gauge",
    labels: [],
    help: "How much later than asked a timer fires, in the last one to two minutes: on the average",
    merge: "max",
  },
  {
    name: "nodejs_eventloop_lag_p50_seconds",
    type: "gauge",
    labels: [],
    help: "The same: half of the time less",
    merge: "max",
  },
  {
    name: "nodejs_eventloop_lag_p90_seconds",
    type: "gauge",
    labels: [],
    help: "The same: nine times of ten less",
    merge: "max",
  },
  {
    name: "nodejs_eventloop_lag_p99_seconds",
    type: "gauge",
    labels: [],
    help: "The same: 99 times of 100 less",
    merge: "max",
  },
  {
    name: "nodejs_eventloop_lag_max_seconds",
    type: "gauge",
    labels: [],
    help: "The same: at worst",
    merge: "max",
  },
] as const;

export type MetricName = (typeof METRICS)[number]["name"];

/** In the order in which they are told. */
export function allMetrics(): readonly Metric[] {
  return METRICS;
}
