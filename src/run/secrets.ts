/** Shorter values are not hidden: they would hide ordinary words. */
const MIN_LENGTH = 6;

/** A function that replaces every occurrence of a secret value by `***`. */
export type Redact = (text: string) => string;

/** Hides the values of the named environment variables; a value of several lines also line by line. */
export function redactor(names: Iterable<string>, environment: Readonly<Record<string, string | undefined>>): Redact {
  const values = [...names].flatMap((name) => {
    const value = environment[name] ?? "";
    return [value, ...value.split(/\r?\n/)];
  });
  const secrets = [...new Set(values)].filter((value) => value.length >= MIN_LENGTH);
  secrets.sort((a, b) => b.length - a.length);
  return (text) => secrets.reduce((hidden, secret) => hidden.replaceAll(secret, "***"), text);
}
