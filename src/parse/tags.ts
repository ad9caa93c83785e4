// Tags of the YAML repository that the core schema of `yaml` does not support, or only in the spelling of YAML 1.2. A
// value with such a tag is constructed like PyYAML does, as far as JSON (the format of a plan) can represent it.
// Source: https://yaml.org/type/ and `yaml/constructor.py` of PyYAML 6.0.3.
import type { CollectionTag, ScalarTag } from "yaml";
import { constructAsPyYaml, type ScalarTagName } from "../base/pyyaml.ts";

const REPOSITORY = "tag:yaml.org,2002:";

/** The short name of a tag of the YAML repository, such as `set`; `undefined` for any other tag. */
export function nameOfTag(tag: string | undefined): string | undefined {
  return tag?.startsWith(REPOSITORY) === true ? tag.slice(REPOSITORY.length) : undefined;
}

/** The start of the error message for a value that does not match its tag. */
export const MISFIT = "The value does not fit the tag";

function scalarTag(name: ScalarTagName): ScalarTag {
  const resolve: ScalarTag["resolve"] = (text, onError) => {
    const reading = constructAsPyYaml(name, text);
    if (reading.kind === "error") onError(`${MISFIT} !!${name}`);
    if (reading.kind === "null") return null;
    return "value" in reading ? (typeof reading.value === "bigint" ? Number(reading.value) : reading.value) : text;
  };
  return { tag: REPOSITORY + name, resolve };
}

/** The value of these collections is constructed later, in `compose.ts`. */
function collectionTag(name: string, collection: "map" | "seq"): CollectionTag {
  return { tag: REPOSITORY + name, collection };
}

/** Tags that apply only where they are written. They do not affect values without a tag. */
export const EXPLICIT_TAGS: readonly (ScalarTag | CollectionTag)[] = [
  ...(["null", "bool", "int", "float", "binary", "timestamp"] as const).map(scalarTag),
  collectionTag("set", "map"),
  collectionTag("omap", "seq"),
  collectionTag("pairs", "seq"),
];
