// What reads an entrypoint that is known only when the model runs: the same as what reads one in a definition.
export { parseEntrypoint } from "../infer/entrypoint.ts";
