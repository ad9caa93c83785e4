/** The answer to a request. */
export interface Answer {
  readonly status?: number;
  /** The media type of the body. */
  readonly type: string;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** How many datapoints were predicted and how many failed. */
  readonly predicted?: number;
  readonly failed?: number;
}

/** An answer in JSON. */
export function jsonAnswer(value: unknown, status = 200): Answer {
  return { status, type: "application/json", body: JSON.stringify(value) };
}
