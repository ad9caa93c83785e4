// Decides whether a worker that has ended is restarted, and after which pause. What counts is whether anything gets done: a model
// that predicts may end as often as it likes, and a model that only ends is given up.

import type { RestartLimits } from "../api/limits.ts";

/** How many datapoints in a row may end their workers alone, for each restart that `max` allows. */
const KILLERS_PER_RESTART = 5;

const MINUTE_MS = 60_000;

/** The end of a worker. It is unexplained until a datapoint gets an error row for it. */
export interface Death {
  readonly at: number;
}

/** Whether a restart is allowed. */
export type Decision =
  | { readonly kind: "restart"; readonly pauseMs: number }
  /** The reason is the second half of a message. */
  | { readonly kind: "give-up"; readonly reason: string };

/** The restarts of one replica. */
export interface RestartBudget {
  /** A worker has answered a batch. */
  readonly progressed: () => void;
  /** A worker has ended. */
  readonly died: () => Death;
  /** A datapoint gets an error row, because these ends were its fault. */
  readonly explained: (deaths: readonly Death[]) => void;
  /** Whether the worker would be restarted now if nothing explained its end. */
  readonly isLeft: () => boolean;
  readonly decide: () => Decision;
}

/** Creates the budget of one replica. `now` is a monotonic clock in milliseconds. */
export function restartBudget(
  { max, maxPerMinute }: RestartLimits,
  now: () => number = () => performance.now(),
): RestartBudget {
  /** The unexplained ends since the last answer. */
  let inARow: readonly Death[] = [];
  /** The unexplained ends of the last minute. */
  let recent: readonly Death[] = [];
  /** The datapoints in a row that got an error row because they ended their workers. */
  let killers = 0;
  const isLeft = (): boolean => inARow.length <= max;

  function reasonToGiveUp(): string | undefined {
    if (isLeft() && killers <= max * KILLERS_PER_RESTART) return undefined;
    const option = `\`--max-restarts ${max}\` (\`restarts\` of \`start\`)`;
    if (max === 0) return `${option} does not allow a restart`;
    const what = isLeft()
      ? `${killers} datapoints in a row ended it`
      : `it ended ${inARow.length} times in a row without a finished batch`;
    return `${what}, more than ${option} allows`;
  }

  return {
    progressed: () => {
      if (inARow.length > 0) inARow = [];
      killers = 0;
    },
    died: () => {
      const death = { at: now() };
      inARow = [...inARow, death];
      recent = [...recent.filter(({ at }) => death.at - at < MINUTE_MS), death];
      return death;
    },
    explained: (deaths) => {
      killers++;
      inARow = inARow.filter((death) => !deaths.includes(death));
      recent = recent.filter((death) => !deaths.includes(death));
    },
    isLeft,
    decide: () => {
      const reason = reasonToGiveUp();
      if (reason !== undefined) return { kind: "give-up", reason };
      // Two restarts are immediate, as many as it takes to find a datapoint that ends its worker. The pause before each further one is
      // twice as long, and a minute for the last one that is allowed.
      const others = recent.length - 1;
      if (others < Math.min(2, maxPerMinute)) return { kind: "restart", pauseMs: 0 };
      return { kind: "restart", pauseMs: MINUTE_MS / 2 ** Math.max(0, maxPerMinute - 1 - others) };
    },
  };
}
