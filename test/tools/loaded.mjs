// Loaded before a program under test. When the program ends, it prints to standard error whether ts-morph was loaded.
import { createRequire } from "node:module";

const { cache } = createRequire(import.meta.url);
process.on("exit", () => {
  if (Object.keys(cache).some((path) => path.includes("ts-morph"))) process.stderr.write("loaded: ts-morph\n");
});
