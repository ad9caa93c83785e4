// Pins the remote resources of one model to the entries of its lock file.
import { LOCK_NAME } from "../../base/lock-file.ts";
import type { CheckoutStep, PlanModel, PlanStep } from "../../plan/execution-plan.ts";
import { type CheckoutRequest, isFullHash } from "../acquire/checkout.ts";
import type { FileRequest } from "../acquire/fetch.ts";
import {
  type Ask,
  askOf,
  askOfImage,
  type FoundLock,
  type LockOptions,
  lockedCode,
  lockedFile,
  lockedImage,
  lockOf,
} from "../acquire/lock.ts";
import type { WantedContainer } from "./settings.ts";

/** The requests of a model, pinned to what its lock file records. */
export interface Pins {
  /** The lock file; `undefined` if nothing was pinned, or if the file cannot be used. */
  readonly lock: () => FoundLock | undefined;
  /** What was pinned without an entry, as it is written. */
  readonly notLocked: readonly string[];
  readonly code: (step: CheckoutStep, request: CheckoutRequest) => CheckoutRequest;
  readonly file: (step: PlanStep, request: FileRequest) => FileRequest;
  readonly image: (wanted: WantedContainer) => WantedContainer;
}

/** Reads the lock file of a model when it is needed, and reports what is wrong with it. */
export function pinsOf(
  model: PlanModel,
  root: string,
  { locked = false }: LockOptions,
  fail: (step: string, message: string) => void,
): Pins {
  let reading: ReturnType<typeof lockOf> | undefined;
  const read = (): FoundLock | undefined => {
    if (reading === undefined) {
      reading = lockOf(model, root);
      if (reading.kind === "problem") fail(model.id, reading.message);
    }
    return reading.kind === "value" ? reading.value : undefined;
  };
  const notLocked: string[] = [];
  const isMissing = ({ id }: { readonly id: string }, ask: Ask | undefined): void => {
    // If the file cannot be used, that is the only problem.
    if (reading?.kind === "problem") return;
    const key = ask?.key ?? id;
    if (!locked) notLocked.push(key);
    else fail(id, `\`--locked\` requires an entry for \`${key}\` in \`${LOCK_NAME}\`; run \`modelwright lock\``);
  };
  return {
    lock: () => (reading?.kind === "value" ? reading.value : undefined),
    notLocked,
    code: (step, request) => {
      const ask = askOf(step);
      const lock = read();
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
      const lock = read();
      const expected = lock && lockedFile(lock, ask);
      if (expected === undefined) isMissing(step, ask);
      return { ...request, expected };
    },
    image: (wanted) => {
      const lock = read();
      const digest = lock && lockedImage(lock, model)?.digest;
      const own = /@(.*)$/.exec(wanted.image)?.[1];
      if (digest === undefined) {
        if (locked || own === undefined) isMissing(model, askOfImage(model));
        return wanted;
      }
      if (own !== undefined && own !== digest) {
        const message = `the definition asks for the image ${wanted.shown}, but \`${LOCK_NAME}\` records \`${digest}\`; run \`modelwright lock\``;
        fail(model.id, message);
      }
      const image = `${wanted.image.replace(/@.*$/, "").replace(/:[^/:]*$/, "")}@${digest}`;
      return { ...wanted, image, shown: `${wanted.shown} with the locked digest \`${digest}\`` };
    },
  };
}
