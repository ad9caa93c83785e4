/** Why a worker process is no longer there. */
export type Ending =
  | { readonly kind: "exited"; readonly code: number | null; readonly signal: string | null }
  | { readonly kind: "time-limit"; readonly limitMs: number }
  | { readonly kind: "stopped" }
  | { readonly kind: "not-started"; readonly message: string }
  | { readonly kind: "protocol"; readonly message: string };

/** The ending as the second half of a sentence that begins with what the worker was doing. */
export function describeEnding(ending: Ending): string {
  switch (ending.kind) {
    case "exited":
      if (ending.signal !== null) return `the Python process was ended by ${ending.signal}${hint(ending.signal)}`;
      return `the Python process ended itself with exit code ${ending.code}`;
    case "time-limit":
      return `it took longer than the time limit of ${seconds(ending.limitMs)}`;
    case "stopped":
      return "it was stopped";
    case "not-started":
      return `Python could not be started: ${ending.message}`;
    case "protocol":
      return `the Python process sent something that is no message: ${ending.message}`;
  }
}

function hint(signal: string): string {
  if (signal === "SIGKILL") return " (often the system's answer when memory runs out)";
  if (signal === "SIGSEGV") return " (a crash in native code)";
  return "";
}

function seconds(milliseconds: number): string {
  return `${Number((milliseconds / 1000).toFixed(3))} s`;
}
