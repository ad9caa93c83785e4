// The only file that sees uvu's runner. It closes three traps: a suite that nobody runs passes in silence, a promise
// that never settles ends the process with exit code 0, and a hanging test hangs the whole run.
import { suite } from "uvu";
import { unreadGoldens } from "./golden.ts";

const TIME_LIMIT_MS = 180_000;

const counts = { declared: 0, passed: 0, failed: 0 };

type Body = () => void | Promise<void>;

/** Declares tests under one name and runs them; `test.each` style tables are plain loops around `test`. */
export function describe(name: string, body: (test: (title: string, run: Body) => void) => void): void {
  const tests = suite(name);
  body((title, run) => {
    counts.declared += 1;
    tests(title, async () => {
      try {
        await withTimeLimit(title, run);
        counts.passed += 1;
      } catch (error) {
        counts.failed += 1;
        throw error;
      }
    });
  });
  tests.run();
}

async function withTimeLimit(title: string, run: Body): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`"${title}" took longer than ${TIME_LIMIT_MS / 1000} s`)), TIME_LIMIT_MS);
  });
  try {
    await Promise.race([run(), limit]);
  } finally {
    clearTimeout(timer);
  }
}

process.on("exit", (code) => {
  const missing = counts.declared - counts.passed - counts.failed;
  if (missing > 0) console.error(`${missing} of ${counts.declared} declared tests never finished`);
  // Only a run of all tests can tell which golden files nobody reads.
  const unread = process.env["ALL_TESTS"] === "1" && counts.declared > 0 ? unreadGoldens() : [];
  if (unread.length > 0) {
    console.error(`No test reads these golden files:\n${unread.map((path) => `  ${path}`).join("\n")}`);
    process.exitCode = 1;
  }
  console.log(`\n${counts.passed} passed, ${counts.failed + missing} failed`);
  if (code === 0 && (missing > 0 || counts.failed > 0 || counts.declared === 0)) process.exitCode = 1;
});
