// The tags of YAML's repository that the core schema of `yaml` does not read, or reads only in the spelling of YAML 1.2.
// A value with such a tag is read as PyYAML constructs it, as far as a plan, which is JSON, can hold it.
// Source: https://yaml.org/type/ and `yaml/constructor.py` of PyYAML 6.0.3.
import type { CollectionTag, ScalarTag } from "yaml";
import { constructAsPyYaml, type ScalarTagName } from "../base/pyyaml.ts";

const REPOSITORY = "tag:yaml.org,2002:";

/** The short name of a tag of YAML's repository, such as `set`; `undefined` for any other tag. */
export function nameOfTag(tag: string | undefined): string | undefined {
  return tag?.startsWith(REPOSITORY) === true ? tag.slice(REPOSITORY.length) : undefined;
}

/** How the message begins that a value is not what its tag says. */
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

/** What these collections mean is made of them when they are composed. */
function collectionTag(name: string, collection: "map" | "seq"): CollectionTag {
  return { tag: REPOSITORY + name, collection };
}

/** Tags that are read where they are written, and never decide what a value without a tag is. */
export const EXPLICIT_TAGS: readonly (ScalarTag | CollectionTag)[] = [
  ...(["null", "bool", "int", "float", "binary", "timestamp"] as const).map(scalarTag),
  collectionTag("set", "map"),
  collectionTag("omap", "seq"),
  collectionTag("pairs", "seq"),
];
