/** Why a worker has ended. */
export type Ending =
  | { readonly kind: "exited"; readonly code: number | null; readonly signal: string | null }
  | { readonly kind: "time-limit"; readonly limitMs: number }
  | { readonly kind: "stopped" }
  | { readonly kind: "cancelled" }
  | { readonly kind: "lost"; readonly message: string }
  | { readonly kind: "not-started"; readonly message: string }
  | { readonly kind: "protocol"; readonly message: string };

/** Describes the ending for a message whose first half names what the worker was doing. */
export function describeEnding(ending: Ending): string {
  switch (ending.kind) {
    case "exited":
      if (ending.signal !== null) return `the Python process was killed by ${ending.signal}${hint(ending.signal)}`;
      return `the Python process ended with exit code ${ending.code}`;
    case "time-limit":
      return `it exceeded the time limit of ${seconds(ending.limitMs)}`;
    case "stopped":
      return "it was stopped";
    case "cancelled":
      return "its call was aborted";
    case "lost":
      return ending.message;
    case "not-started":
      return `Python could not be started: ${ending.message}`;
    case "protocol":
      return `the Python process sent an invalid message: ${ending.message}`;
  }
}

function hint(signal: string): string {
  if (signal === "SIGKILL") return " (often because the system ran out of memory)";
  if (signal === "SIGSEGV") return " (a crash in native code)";
  return "";
}

function seconds(milliseconds: number): string {
  return `${Number((milliseconds / 1000).toFixed(3))} s`;
}
