// Parses an entry point that is known only when the model runs. It is the same function as for entry points in a definition;
// `run` sees only the plan.
export { parseEntrypoint } from "../infer/entrypoint.ts";
