// Limits how many requests of one model are predicted at the same time, and how many wait for that.
import { RequestProblem } from "./problem.ts";

/** The seconds after which a refused client may ask again. */
const RETRY_AFTER_S = 1;

/** Admits requests in the order in which they arrive. */
export class Gate {
  readonly #most: number;
  readonly #mostWaiting: number;
  readonly #waiting = new Set<() => void>();
  #active = 0;

  constructor(most: number, mostWaiting: number) {
    this.#most = most;
    this.#mostWaiting = mostWaiting;
  }

  /** The number of requests that are predicted. */
  get active(): number {
    return this.#active;
  }

  /** The number of requests that wait. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * Waits until a request may be predicted. The returned function must be called when it has ended. A request whose signal is
   * aborted stops waiting. Throws a `RequestProblem` if too many requests wait.
   */
  async enter(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#active >= this.#most) await this.#wait(signal);
    else this.#active++;
    return once(() => this.#leave());
  }

  #wait(signal: AbortSignal): Promise<void> {
    if (this.#waiting.size >= this.#mostWaiting) {
      const message = `too many requests: ${this.#active} are predicted and ${this.#waiting.size} wait; try again later`;
      throw new RequestProblem(429, message, { headers: { "Retry-After": String(RETRY_AFTER_S) } });
    }
    return new Promise((resolve, reject) => {
      const start = (): void => {
        this.#waiting.delete(start);
        signal.removeEventListener("abort", stop);
        resolve();
      };
      const stop = (): void => {
        this.#waiting.delete(start);
        reject(signal.reason);
      };
      this.#waiting.add(start);
      signal.addEventListener("abort", stop, { once: true });
    });
  }

  /** Passes the place of a request to the next one. */
  #leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#active--;
    else next();
  }
}

function once(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) work();
    isDone = true;
  };
}
