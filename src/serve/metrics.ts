// Counts what the server does, as text in the format of Prometheus.

/** The upper bounds of the histogram of durations, in seconds. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] as const;

/** The maximum number of combinations of labels, so that clients cannot fill the memory. */
const MAX_SERIES = 1000;

type Labels = Readonly<Record<string, string>>;

/** The present state of a model. */
export interface ModelGauge {
  readonly model: string;
  readonly isReady: boolean;
  readonly active: number;
  readonly waiting: number;
  readonly batches: number;
  readonly restarts: number;
}

interface Histogram {
  readonly buckets: number[];
  sum: number;
  count: number;
}

/** The counters of a server. */
export class Metrics {
  readonly #requests = new Map<string, number>();
  readonly #datapoints = new Map<string, number>();
  readonly #durations = new Map<string, Histogram>();

  /** Counts an answer. `model` and `route` are our own words or ids, never text of a client. */
  answered(route: string, model: string, status: number, seconds: number): void {
    count(this.#requests, { route, model, status: String(status) }, 1);
    if (model === "") return;
    const key = labelText({ model });
    const histogram = this.#durations.get(key) ?? { buckets: BOUNDS.map(() => 0), sum: 0, count: 0 };
    if (!this.#durations.has(key) && this.#durations.size < MAX_SERIES) this.#durations.set(key, histogram);
    for (const [at, bound] of BOUNDS.entries())
      if (seconds <= bound) histogram.buckets[at] = (histogram.buckets[at] ?? 0) + 1;
    histogram.sum += seconds;
    histogram.count += 1;
  }

  /** Counts datapoints of a model. */
  predicted(model: string, outcome: "predicted" | "failed", number: number): void {
    if (number > 0) count(this.#datapoints, { model, outcome }, number);
  }

  /** All metrics as text. */
  text(models: readonly ModelGauge[]): string {
    const of = (value: (model: ModelGauge) => number): readonly string[] => {
      return models.map((model) => `${labelText({ model: model.model })} ${value(model)}`);
    };
    const lines = (values: ReadonlyMap<string, number>): readonly string[] => {
      return [...values].map(([labels, value]) => `${labels} ${value}`);
    };
    return [
      ...family("requests_total", "counter", "Answered requests.", lines(this.#requests)),
      ...family("datapoints_total", "counter", "Datapoints by outcome.", lines(this.#datapoints)),
      ...family(
        "batches_total",
        "counter",
        "Batches that workers have predicted.",
        of(({ batches }) => batches),
      ),
      ...family(
        "restarts_total",
        "counter",
        "Restarts of workers.",
        of(({ restarts }) => restarts),
      ),
      ...family(
        "model_ready",
        "gauge",
        "Whether a model can predict.",
        of(({ isReady }) => Number(isReady)),
      ),
      ...family(
        "requests_active",
        "gauge",
        "Requests that are predicted now.",
        of(({ active }) => active),
      ),
      ...family(
        "requests_waiting",
        "gauge",
        "Requests that wait.",
        of(({ waiting }) => waiting),
      ),
      ...this.#histograms(),
      "",
    ].join("\n");
  }

  #histograms(): readonly string[] {
    const name = "modelwright_request_duration_seconds";
    const lines = [...this.#durations].flatMap(([labels, { buckets, sum, count }]) => {
      const bucket = (bound: string, value: number) => `${name}_bucket${labels.slice(0, -1)},le="${bound}"} ${value}`;
      const bounded = BOUNDS.map((bound, at) => bucket(String(bound), buckets[at] ?? 0));
      return [...bounded, bucket("+Inf", count), `${name}_sum${labels} ${sum}`, `${name}_count${labels} ${count}`];
    });
    return [`# HELP ${name} Time from a request to its answer.`, `# TYPE ${name} histogram`, ...lines];
  }
}

function family(name: string, type: string, help: string, lines: readonly string[]): readonly string[] {
  const full = `modelwright_${name}`;
  return [`# HELP ${full} ${help}`, `# TYPE ${full} ${type}`, ...lines.map((line) => `${full}${line}`)];
}

function count(values: Map<string, number>, labels: Labels, number: number): void {
  const key = labelText(labels);
  if (values.has(key) || values.size < MAX_SERIES) values.set(key, (values.get(key) ?? 0) + number);
}

function labelText(labels: Labels): string {
  const escaped = (text: string): string => text.replace(/["\\\n]/g, (mark) => (mark === "\n" ? "\\n" : `\\${mark}`));
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(",")}}`;
}
