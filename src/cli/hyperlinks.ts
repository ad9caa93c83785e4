// Which terminals support hyperlinks (OSC 8). Other terminals may print the sequence as text, so hyperlinks are used only in
// terminals that are known to support them: https://github.com/Alhadis/OSC8-Adoption.

type Environment = Readonly<Record<string, string | undefined>>;

/** Terminals by `TERM_PROGRAM`, with the first version that supports hyperlinks. */
const PROGRAMS: Readonly<Record<string, readonly [major: number, minor: number]>> = {
  "iTerm.app": [3, 1],
  WezTerm: [20200620, 0],
  vscode: [1, 72],
  ghostty: [0, 0],
  zed: [0, 0],
};

/** Terminals by `TERM`. */
const TERMS: ReadonlySet<string> = new Set(["alacritty", "xterm-kitty", "xterm-ghostty", "foot", "foot-direct"]);

/**
 * Whether to print hyperlinks. If `FORCE_HYPERLINK` is set, it decides (`0` and `false` mean no). Otherwise the stream must be
 * a terminal that supports them, with colors, outside CI.
 */
export function showsHyperlinks(env: Environment, isTerminal: boolean, color: boolean | undefined): boolean {
  const forced = env["FORCE_HYPERLINK"];
  if (forced) return !["0", "false"].includes(forced);
  if (!isTerminal || color === false || env["NO_COLOR"] || env["TERM"] === "dumb") return false;
  if (env["CI"] || env["TEAMCITY_VERSION"]) return false;
  if (env["WT_SESSION"] || TERMS.has(env["TERM"] ?? "")) return true;
  const program = PROGRAMS[env["TERM_PROGRAM"] ?? ""];
  if (program !== undefined) return isAtLeast(env["TERM_PROGRAM_VERSION"] ?? "", program);
  // GNOME Terminal and other terminals based on VTE. 5000 is version 0.50, which crashes; 0.50.1 and later work.
  const vte = Number(env["VTE_VERSION"] ?? 0);
  return vte > 5000;
}

/** Compares the first two numbers of a version; `20200620-160318-e00b076c` has one. */
function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [first = 0, second = 0] = (version.match(/\d+/g) ?? []).map(Number);
  return first > major || (first === major && second >= minor);
}
