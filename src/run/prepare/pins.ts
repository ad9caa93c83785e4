// Pins the remote resources of one model to the entries of its lock file.
import { LOCK_NAME } from "../../base/lock-file.ts";
import type { CheckoutStep, PlanModel, PlanStep } from "../../plan/execution-plan.ts";
import { type CheckoutRequest, isFullHash } from "../acquire/checkout.ts";
import type { FileRequest } from "../acquire/fetch.ts";
import { type Ask, askOf, type FoundLock, type LockOptions, lockedCode, lockedFile, lockOf } from "../acquire/lock.ts";

/** The requests of a model, pinned to what its lock file records. */
export interface Pins {
  /** The lock file; `undefined` if the model has no remote resources, or if the file cannot be used. */
  readonly lock: FoundLock | undefined;
  /** What was pinned without an entry, as it is written. */
  readonly notLocked: readonly string[];
  readonly code: (step: CheckoutStep, request: CheckoutRequest) => CheckoutRequest;
  readonly file: (step: PlanStep, request: FileRequest) => FileRequest;
}

/** Reads the lock file of a model and reports what is wrong with it. */
export function pinsOf(
  model: PlanModel,
  root: string,
  { locked = false }: LockOptions,
  fail: (step: string, message: string) => void,
): Pins {
  const hasAsks = model.steps.some((step) => askOf(step) !== undefined);
  const reading = hasAsks ? lockOf(model, root) : undefined;
  if (reading?.kind === "problem") fail(model.id, reading.message);
  const lock = reading?.kind === "value" ? reading.value : undefined;
  const notLocked: string[] = [];
  const isMissing = ({ id }: PlanStep, ask: Ask | undefined): void => {
    // If the file cannot be used, that is the only problem.
    if (reading?.kind === "problem") return;
    const key = ask?.key ?? id;
    if (!locked) notLocked.push(key);
    else fail(id, `\`--locked\` requires an entry for \`${key}\` in \`${LOCK_NAME}\`; run \`modelwright lock\``);
  };
  return {
    lock,
    notLocked,
    code: (step, request) => {
      const ask = askOf(step);
      const entry = lock && lockedCode(lock, ask);
      if (entry === undefined) {
        // The full hash of a commit always fetches the same code.
        if (locked || !isFullHash(request.commit)) isMissing(step, ask);
        return request;
      }
      const { commit } = entry;
      const { commit: asked, shown = "the default branch" } = request;
      if (asked !== undefined && !commit.startsWith(asked.toLowerCase())) {
        const message = `the definition asks for the commit ${shown}, but \`${LOCK_NAME}\` records \`${commit}\`; run \`modelwright lock\``;
        fail(step.id, message);
      }
      // The branch may have been rewritten since.
      const hint = "if it was removed from the repository, run `modelwright lock --update`";
      const name = `\`${commit}\`, which \`${LOCK_NAME}\` records for ${shown}; ${hint}`;
      return { ...request, branch: undefined, commit, shown: asked === commit ? shown : name };
    },
    file: (step, request) => {
      const ask = askOf(step);
      const expected = lock && lockedFile(lock, ask);
      if (expected === undefined) isMissing(step, ask);
      return { ...request, expected };
    },
  };
}
