// The documentation of a rule, for programs that show findings.

/** The page of all rules in the installed package. The path is the same from the sources and from the bundle. */
const PAGE = "../../src/check/rules/README.md";

/**
 * The URL of a rule's section in the page that is installed with the program. It works without a network, and always describes
 * the installed version.
 */
export function ruleUrl(code: string): string {
  return `${new URL(PAGE, import.meta.url).href}#${code}`;
}
