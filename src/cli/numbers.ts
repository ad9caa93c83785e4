// Numbers in options.
import { quote } from "../base/quote.ts";
import { CommandError, EXIT } from "./exit.ts";

/** A whole number; `undefined` without a value. */
export function wholeNumber(option: string, value: unknown, least: number): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw new CommandError(
    EXIT.usage,
    `Invalid value ${quote(String(value))} for \`${option}\`: expected a whole number of at least ${least}.`,
  );
}

/** A number of seconds, in milliseconds; `undefined` without a value. */
export function secondsOption(option: string, value: unknown, leastMs = 1): number | undefined {
  if (value === undefined) return undefined;
  const text = String(value);
  const milliseconds = /^\d+(\.\d+)?$|^\.\d+$/.test(text) ? Number(text) * 1000 : -1;
  if (milliseconds >= leastMs) return milliseconds;
  throw new CommandError(
    EXIT.usage,
    `Invalid value ${quote(text)} for \`${option}\`: expected a number of seconds, such as 90 or 0.5.`,
  );
}
