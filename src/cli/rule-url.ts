// Where a rule is documented, for programs that show findings.

/** The page of all rules in the installed package, from the sources and from the bundle alike. */
const PAGE = "../../src/check/rules/README.md";

/**
 * The documentation of a rule: its section in the page that is installed with the program. The address works without a
 * network, and always describes the installed version.
 */
export function ruleUrl(code: string): string {
  return `${new URL(PAGE, import.meta.url).href}#${code}`;
}
