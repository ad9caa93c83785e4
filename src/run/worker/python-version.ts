// How an interpreter is asked for its version, and which versions the worker supports.

/** The oldest Python version that the worker supports. */
const OLDEST = [3, 9] as const;

/** Prints the version and the executable on two lines. Valid in every Python version, also in those that are too old. */
export const PROBE = "import sys; sys.stdout.write('%d.%d.%d\\n%s' % (sys.version_info[:3] + (sys.executable,)))";

/** Reads what `PROBE` has printed. A wrapper script may have printed more before. */
export function readProbe(output: string): { readonly version: string; readonly executable: string } {
  const [version = "", executable = ""] = output.split("\n").slice(-2);
  return { version, executable };
}

/** Why a version is not supported; `undefined` if it is. `origin` names the interpreter. */
export function versionProblem(version: string, origin: string): string | undefined {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return undefined;
  return `${origin} is Python ${version}; Python ${OLDEST.join(".")} or later is required`;
}
