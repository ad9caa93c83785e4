// The names of all formats, read from the tables of the command line: a new format is tested wherever all of them are.
import { DIAGNOSIS_FORMATS } from "../src/cli/render/doctor.ts";
import { EXPLANATION_FORMATS } from "../src/cli/render/explain.ts";
import { FORMATS } from "../src/cli/render/formats.ts";
import { GRAPH_FORMATS } from "../src/cli/render/graph.ts";

/** Of the findings. */
export const FINDINGS = namesOf(FORMATS);
/** Of `graph`. */
export const GRAPHS = namesOf(GRAPH_FORMATS);
/** Of `explain` with a place. */
export const EXPLANATIONS = namesOf(EXPLANATION_FORMATS);
/** Of `doctor`. */
export const DIAGNOSES = namesOf(DIAGNOSIS_FORMATS);

function namesOf<Name extends string>(table: Readonly<Record<Name, unknown>>): readonly Name[] {
  return Object.keys(table) as Name[];
}
