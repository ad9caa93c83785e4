// Checks the options of `start`, because callers in JavaScript have no compiler that does.
import { suggest } from "../../base/nearest.ts";
import { quote } from "../../base/quote.ts";
import type { Limits, RestartLimits } from "../api/limits.ts";
import type { StartOptions } from "./model.ts";

/** Why a value is not valid: what was expected, as the end of a message; `undefined` if it is. */
type Check = (value: unknown) => string | undefined;

const expect =
  (expected: string, isValid: (value: unknown) => boolean): Check =>
  (value) =>
    isValid(value) ? undefined : expected;
const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
const isWhole = (value: unknown, least: number): boolean => Number.isSafeInteger(value) && Number(value) >= least;

const text = expect("expected text", (value) => typeof value === "string");
const flag = expect("expected true or false", (value) => typeof value === "boolean");
const callback = expect("expected a function", (value) => typeof value === "function");
const object = expect("expected an object", isObject);
const positive = expect("expected a number of milliseconds above 0", (value) => Number(value) > 0 && isNumber(value));
const isNumber = (value: unknown): boolean => typeof value === "number" && !Number.isNaN(value);

const LIMITS: Readonly<Record<keyof Limits, Check>> = {
  stallMs: positive,
  fetchMs: positive,
  importMs: positive,
  loadMs: positive,
  batchMs: positive,
};

const RESTARTS: Readonly<Record<keyof RestartLimits, Check>> = {
  max: expect("expected a whole number of at least 0", (value) => isWhole(value, 0)),
  maxPerMinute: expect("expected a whole number of at least 1", (value) => isWhole(value, 1)),
};

/** The check of each option. An option that is added to `StartOptions` does not compile without one. */
const OPTIONS: Readonly<Record<keyof StartOptions<unknown>, Check>> = {
  env: expect("expected an object with environment variables, such as process.env", isObject),
  passEnv: expect(
    "expected a list of names",
    (value) => Array.isArray(value) && value.every((name) => text(name) === undefined),
  ),
  limits: below(LIMITS, "limits"),
  restarts: below(RESTARTS, "restarts"),
  replicas: expect(
    'expected a whole number of at least 1, or "auto"',
    (value) => value === "auto" || isWhole(value, 1),
  ),
  maxWaitMs: expect(
    "expected a number of milliseconds of at least 0",
    (value) => isNumber(value) && Number(value) >= 0,
  ),
  python: text,
  root: text,
  bundle: text,
  locked: flag,
  offline: flag,
  validate: flag,
  signal: expect(
    "expected an AbortSignal",
    (value) => isObject(value) && "aborted" in value && "addEventListener" in value,
  ),
  onLog: callback,
  onEvent: callback,
  host: text,
  container: expect('expected true, false, "podman" or "docker"', (value) =>
    [true, false, "podman", "docker"].includes(value as boolean | string),
  ),
  containerOptions: object,
};

/** Throws a `TypeError` for the first option that is not valid. */
export function checkStartOptions(options: unknown): asserts options is StartOptions<unknown> {
  if (!isObject(options)) throw new TypeError("`start` requires an object with options, such as { env: process.env }");
  const problem =
    problemIn(options, OPTIONS, "") ?? (missesEnv(options) ? `\`env\`: ${OPTIONS.env(undefined)}.` : undefined);
  if (problem !== undefined) throw new TypeError(`Invalid option of \`start\`, ${problem}`);
}

const missesEnv = (options: object): boolean => !("env" in options) || options.env === undefined;

/** The check of an object with these fields. The result starts with the name of the wrong field. */
function below(checks: Readonly<Record<string, Check>>, name: string): Check {
  return (value) => (isObject(value) ? problemIn(value, checks, `${name}.`) : "expected an object");
}

function problemIn(values: object, checks: Readonly<Record<string, Check>>, prefix: string): string | undefined {
  for (const [name, value] of Object.entries(values)) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (check === undefined) {
      return `${quote(prefix + name)}: it does not exist. ${suggest(name, Object.keys(checks), "option")}`;
    }
    const expected = value === undefined ? undefined : check(value);
    if (expected === undefined) continue;
    return expected.startsWith("`") ? expected : `\`${prefix}${name}\`: ${expected}.`;
  }
  return undefined;
}
