/** A distribution in the form that Prometheus reads: counts at or below each bound. */
class Histogram {
  readonly #bounds: readonly number[]
  readonly #counts: Float64Array
  #sum = 0

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds
    this.#counts = new Float64Array(bounds.length + 1)
  }

  observe(value: number): void {
    let at = 0
    while (at < this.#bounds.length && value > this.#bounds[at]!) at++
    this.#counts[at]!++
    this.#sum += value
  }

  lines(name: string, labels: string): string[] {
    const before = labels === '' ? '' : `${labels},`
    const after = labels === '' ? '' : `{${labels}}`
    let count = 0
    const buckets = [...this.#bounds, '+Inf'].map((bound, at) => {
      count += this.#counts[at]!
      return `${name}_bucket{${before}le="${bound}"} ${count}`
    })
    return [...buckets, `${name}_sum${after} ${this.#sum}`, `${name}_count${after} ${count}`]
  }
}

/** What is read when metrics are asked for, rather than counted along. */
export interface Gauges {
  readonly inFlight: number
  readonly connections: number
  readonly queued: number
  readonly calls: number
  readonly logDropped: number
}

const seconds = [
  ...[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05],
  ...[0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
]
const batchSizes = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]

/** Counts what a search server does. Labels are routes and statuses, never what a client wrote. */
export class Metrics {
  readonly #requests = new Map<string, number>()
  readonly #durations = new Map<string, Histogram>()
  readonly #batches = new Histogram(batchSizes)
  readonly #searches = new Histogram(seconds)
  #bytesIn = 0
  #bytesOut = 0
  #queries = 0
  #searchErrors = 0
  #connections = 0
  #connectionsRefused = 0
  readonly #startedAt = Date.now() / 1000

  request(
    route: string,
    status: number,
    duration: number,
    bytesIn: number,
    bytesOut: number,
  ): void {
    const key = `route="${route}",status="${status}"`
    this.#requests.set(key, (this.#requests.get(key) ?? 0) + 1)
    let durations = this.#durations.get(route)
    if (!durations) this.#durations.set(route, (durations = new Histogram(seconds)))
    durations.observe(duration)
    this.#bytesIn += bytesIn
    this.#bytesOut += bytesOut
  }

  onBatch(queries: number, duration: number, error: unknown): void {
    this.#queries += queries
    this.#batches.observe(queries)
    this.#searches.observe(duration)
    if (error !== undefined) this.#searchErrors++
  }

  connection(): void {
    this.#connections++
  }

  connectionRefused(): void {
    this.#connectionsRefused++
  }

  /** The text format of Prometheus, version 0.0.4. */
  text(gauges: Gauges): string {
    const { rss } = process.memoryUsage()
    return [
      ...counter('querl_http_requests_total', 'Requests, by route and status', [
        ...[...this.#requests].map(([labels, count]) => `{${labels}} ${count}`),
      ]),
      ...described('querl_http_request_duration_seconds', 'histogram', 'From headers to answer', [
        ...[...this.#durations].flatMap(([route, durations]) =>
          durations.lines('querl_http_request_duration_seconds', `route="${route}"`),
        ),
      ]),
      ...one('querl_http_requests_in_flight', 'gauge', 'Requests at work', gauges.inFlight),
      ...one('querl_http_request_bytes_total', 'counter', 'Bytes of bodies read', this.#bytesIn),
      ...one('querl_http_response_bytes_total', 'counter', 'Bytes of bodies sent', this.#bytesOut),
      ...one('querl_connections', 'gauge', 'Open connections', gauges.connections),
      ...one('querl_connections_total', 'counter', 'Connections accepted', this.#connections),
      ...one(
        ...(['querl_connections_refused_total', 'counter', 'Connections over the limit'] as const),
        this.#connectionsRefused,
      ),
      ...one('querl_queue_queries', 'gauge', 'Queries that wait', gauges.queued),
      ...one('querl_search_calls_in_flight', 'gauge', 'Searches under way', gauges.calls),
      ...described('querl_search_batch_queries', 'histogram', 'Queries of one search', [
        ...this.#batches.lines('querl_search_batch_queries', ''),
      ]),
      ...described('querl_search_duration_seconds', 'histogram', 'Time of one search', [
        ...this.#searches.lines('querl_search_duration_seconds', ''),
      ]),
      ...one('querl_search_queries_total', 'counter', 'Queries searched', this.#queries),
      ...one('querl_search_errors_total', 'counter', 'Searches that failed', this.#searchErrors),
      ...one(
        ...(['querl_access_log_dropped_total', 'counter', 'Lines not written'] as const),
        gauges.logDropped,
      ),
      ...one('process_resident_memory_bytes', 'gauge', 'Memory of the process', rss),
      ...one('process_start_time_seconds', 'gauge', 'Since the epoch', this.#startedAt),
      '',
    ].join('\n')
  }
}

type Kind = 'counter' | 'gauge' | 'histogram'

function described(name: string, kind: Kind, help: string, lines: readonly string[]): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`, ...lines]
}

function counter(name: string, help: string, samples: readonly string[]): string[] {
  return described(
    name,
    'counter',
    help,
    samples.map((sample) => `${name}${sample}`),
  )
}

function one(name: string, kind: Kind, help: string, value: number): string[] {
  return described(name, kind, help, [`${name} ${value}`])
}
