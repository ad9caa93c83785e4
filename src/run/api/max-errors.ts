// The limit of error rows of a run, as in `--max-errors` and the options of `run`.

/** A number of rows, a percentage of all rows of the run, or any number of rows. */
export type MaxErrors = number | `${number}%` | "all";

/** Reads a limit from text; `undefined` if the text is not a limit. */
export function parseMaxErrors(text: string): MaxErrors | undefined {
  if (text === "all") return "all";
  const number = Number(text.replace(/%$/, ""));
  if (/^\d+$/.test(text)) return Number.isSafeInteger(number) ? number : undefined;
  return /^\d+(?:\.\d+)?%$/.test(text) && number <= 100 ? `${number}%` : undefined;
}

/** Whether a run has more error rows than the limit allows. A run without rows never has too many. */
export function hasTooManyErrors(
  limit: MaxErrors,
  { rows, errors }: { readonly rows: number; readonly errors: number },
) {
  if (limit === "all") return false;
  if (typeof limit === "number") return errors > limit;
  // 4.35 % of 10,000 rows is a little less than 435 in binary, and 435 rows are allowed.
  return errors * 100 > Number.parseFloat(limit) * rows * (1 + Number.EPSILON * 8);
}
