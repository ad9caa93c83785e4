// Changes of a definition that are not mistakes. Everything else must be found.
import type { Kind, Mutation } from "./mutate.ts";

interface Entry {
  readonly kinds: readonly Kind[];
  /** The changed thing by the shape of the file. */
  readonly role: RegExp;
  /** An additional condition; none if it is absent. */
  readonly when?: (mutation: Mutation) => boolean;
  readonly why: string;
}

/** A key that is absent, without a value, or with the value that means none. */
const ABSENT: readonly Kind[] = ["delete", "empty", "retype"];
const isAbsent = ({ kind, how }: Mutation) => kind !== "retype" || how === "~";

const isUnused = ({ uses }: Mutation) => uses === 0;
const isUnusedWord = ({ uses, how }: Mutation) => uses === 0 && how.startsWith("word");
const hasUniversal = ({ before }: Mutation) => /name: \$\{model\.name\}/.test(before);
/** No model of the file uses the runtime of another one. */
const everyModelHasRuntime = ({ before }: Mutation) =>
  (before.match(/^ {2}- name: /gm) ?? []).length === (before.match(/^ {4}runtime:/gm) ?? []).length;
/** No model uses the universal model of the same file if both are removed. */
const isWhole = ({ before }: Mutation) => !/^ {2}- name: \w/m.test(before.split("name: ${model.name}")[1] ?? "");
const isLent = ({ was, before }: Mutation) =>
  was.includes("name: ${model.name}") && before.includes("description: Takes");
/** Whether the section of models is empty afterwards. */
const isLast = ({ text }: Mutation) => /^models:\s*(?:\S+:|$)/m.test(text) && !/^models:\s*- /m.test(text);
const isRemote = ({ holds }: Mutation) => /^[a-z0-9]+:\/\//.test(holds.text);
/** The code of a remote repository, and so its parameters, cannot be read. */
const isElsewhere = ({ before }: Mutation) => /url: https:.*\.git/.test(before);
/** A function with `**options`. */
const takesAnything = ({ before }: Mutation) => before.includes("name: __proto__");
/** The device is passed anyway. */
const isDeviceAlone = ({ was }: Mutation) => /^\s*(?:inputs:)?\s*- name: device\s+value: \S+\s*$/.test(was);
const hasDomainFile = ({ before }: Mutation) => /- file: domains/.test(before);
const isOneOf =
  (...hows: readonly string[]) =>
  ({ how }: Mutation) =>
    hows.includes(how);

/** The two calls, for any origin of their keys. */
const CALL = String.raw`^models\[\]\.runtime\.(?:<<(?:\[\])?\.)?(?:load|predict)\.(?:<<(?:\[\])?\.)?`;

const call = (rest: string) => new RegExp(`${CALL}${rest}$`);

/** Not a mistake, because nothing shows that something else was meant. */
const FREE: readonly Entry[] = [
  {
    kinds: [...ABSENT],
    role: /^(?:project|models|datasets|domains|tests|baselines)$/,
    when: (mutation) => isAbsent(mutation) && (!hasUniversal(mutation) || isWhole(mutation)),
    why: "no section is required, and of a kind that the file has none of, names are not known",
  },
  {
    kinds: ["delete"],
    role: /^(?:models|models\[\]\.files|datasets|domains|tests|baselines)\[\]$/,
    when: (mutation) => (isUnused(mutation) || isLast(mutation)) && !isLent(mutation),
    why: "an unused entry is missing; without any model, nothing is known about their names",
  },
  {
    kinds: ["delete"],
    role: /^domains\[\]$/,
    when: hasDomainFile,
    why: "a domain of that name may be in the other file",
  },
  {
    kinds: ["misspell"],
    role: /^(?:domains\[\]\.name|tests\[\]\.domain)$/,
    when: hasDomainFile,
    why: "a domain of that name may be in the other file",
  },
  {
    kinds: ["misspell"],
    role: call(String.raw`(?:entrypoint|inputs\[\]\.name)`),
    when: (mutation) => isElsewhere(mutation) && mutation.how.startsWith("word"),
    why: "what the code takes that is not here is not known",
  },
  {
    kinds: ["delete", "empty", "misspell"],
    role: call(String.raw`inputs(?:\[\](?:\.name)?)?`),
    when: takesAnything,
    why: "the function takes any argument, and needs none of these",
  },
  {
    kinds: ["delete", "empty"],
    role: call(String.raw`inputs(?:\[\])?`),
    when: isDeviceAlone,
    why: "a function that takes the device gets it anyway",
  },
  {
    kinds: ["delete", "empty"],
    role: call("inputs"),
    when: ({ was }) => /^\s*(?:inputs:)?(?:\s*\[\s*\])?\s*$/.test(was),
    why: "there were none",
  },
  {
    kinds: ["delete"],
    role: call("inputs"),
    when: ({ before }) => /predict:\n +<<: \*predict\n/.test(before),
    why: "the call that is merged in has inputs, too",
  },
  {
    kinds: ["delete"],
    role: /^project\.name$/,
    when: ({ before }) => /^project:\n {2}name: .*\n\w/.test(before),
    why: "what is left is an empty project, which is none",
  },
  {
    kinds: ABSENT,
    role: /^project\.(?:description|problem_type|private)$|^models\[\]\.(?:description|version)$/,
    when: isAbsent,
    why: "optional, and without it there is nothing to say",
  },
  {
    kinds: ABSENT,
    role: /^models\[\]\.(?:repository|repository\.url|repository\.access_token|files\[\]\.upload|files\[\]\.credentials)$/,
    when: isAbsent,
    why: "optional; what it is when absent follows from the rest",
  },
  { kinds: ABSENT, role: /^models\[\]\.files$/, when: (m) => isAbsent(m) && isUnused(m), why: "the files are unused" },
  {
    kinds: ABSENT,
    role: /^models\[\]\.runtime$/,
    when: (mutation) => isAbsent(mutation) && (hasUniversal(mutation) || isElsewhere(mutation)),
    why: "the universal entry or the one of a repository that is not here takes over",
  },
  {
    kinds: ABSENT,
    role: /^models\[\]\.runtime\.(?:<<(?:\[\])?\.)?(?:image|device|batch|batch\.(?:<<\.)?(?:max_size|image_size))$/,
    when: isAbsent,
    why: "optional",
  },
  {
    kinds: ["delete", "duplicate"],
    role: /^models\[\]\.runtime\.(?:batch\.)?<<$/,
    why: "nothing that is required comes from it",
  },
  {
    kinds: ["duplicate"],
    role: /\.<<$/,
    why: "a second merge key merges the same entries again",
  },
  {
    kinds: ["retype"],
    role: /\.<<$/,
    when: isOneOf("{ a: 1 }"),
    why: "a map that merges another key; if that key is unknown, it is reported",
  },
  {
    kinds: ["delete", "empty", "retype", "misspell", "misspell-key", "duplicate"],
    role: call(String.raw`inputs\[\]\.value\.\*`),
    when: isUnused,
    why: "a value may be anything, and so may be what is in it",
  },
  {
    kinds: ["empty", "retype", "misspell"],
    role: call(String.raw`inputs\[\]\.value`),
    when: ({ kind, how }) => kind !== "misspell" || how.startsWith("word") || how.startsWith("variable"),
    why: "a value may be anything",
  },
  {
    kinds: ["misspell"],
    role: call(String.raw`inputs\[\]\.value(?:\.\*)?`),
    when: ({ how, was }) => how === "segment 1 case" && was === "datapoints",
    why: "in capitals it is a variable of the environment",
  },
  {
    kinds: ["misspell"],
    role: call(String.raw`inputs\[\]\.value`),
    when: (mutation) =>
      mutation.how.startsWith("segment 3") && hasUniversal(mutation) && everyModelHasRuntime(mutation),
    why: "which files there are is up to the models that use a universal entry, and there are none",
  },
  {
    kinds: ["misspell"],
    role: /./,
    when: ({ how }) => how.startsWith("variable"),
    why: "an environment can have any variable; `--env` tells which it has",
  },
  {
    kinds: ["delete", "retype", "misspell"],
    role: call(String.raw`output\.keys(?:\[\])?`),
    when: ({ kind, how }) => kind !== "retype" || ["[ a ]", "~", "text", '"7"', '"true"'].includes(how),
    why: "the keys of predictions are up to the model",
  },
  { kinds: ["empty"], role: call(String.raw`output\.keys`), why: "optional" },
  { kinds: ["misspell"], role: call(String.raw`output\.name`), when: isUnusedWord, why: "an unused name" },
  {
    kinds: ["misspell"],
    role: /^(?:project|models\[\]|models\[\]\.files\[\]|datasets\[\]|domains\[\]|tests\[\]|baselines\[\])\.name$/,
    when: (mutation) => isUnusedWord(mutation) && !/(?:url|entrypoint): .*\$\{model\.name\}/.test(mutation.before),
    why: "an unused name",
  },
  {
    kinds: ["misspell", "retype"],
    role: /^(?:project|models\[\])\.(?:description|version)$/,
    when: ({ kind, how }) => kind === "misspell" || ['""', "text", '"7"', "7", "1.5", "-1"].includes(how),
    why: "free text",
  },
  { kinds: ["retype"], role: /^models\[\]\.name$/, when: isOneOf("text", '"7"'), why: "another name" },
  { kinds: ["misspell"], role: /\.(?:image|branch|hash|credentials|access_token)$/, why: "known only elsewhere" },
  { kinds: ["misspell"], role: /url$/, when: isRemote, why: "known only elsewhere" },
  {
    kinds: ["retype"],
    role: /^models\[\]\.repository\.url$/,
    when: isOneOf('""'),
    why: "an empty address is the folder beside the file",
  },
  {
    kinds: ["retype", "misspell"],
    role: /\.(?:upload|private|fixed)$/,
    when: isOneOf("word 1 case", "true"),
    why: "as good",
  },
  { kinds: ["retype"], role: /\.(?:max_size|image_size\[\]|num_datapoints)$/, when: isOneOf("7"), why: "as good" },
  {
    kinds: ["delete", "empty", "retype", "misspell", "misspell-key"],
    role: /^x-[^.]*$/,
    when: keepsAnchors,
    why: "free",
  },
  { kinds: ["duplicate"], role: /^x-.*\[\]$/, why: "free" },
  {
    kinds: ABSENT,
    role: /^datasets\[\]\.(?:data_url|annotations_url|credentials|upload|num_datapoints|mask_generation|min_asset_area)$/,
    when: isAbsent,
    why: "optional",
  },
  {
    kinds: ABSENT,
    role: /^tests\[\]\.(?:num_samples|num_runs|concurrent_runs)$/,
    when: isAbsent,
    why: "optional",
  },
  {
    kinds: ["delete", "empty", "retype", "misspell", "misspell-key"],
    role: /^domains\[\]\.graph(?:\.\*)?$/,
    why: "free",
  },
  {
    kinds: ["misspell"],
    role: /\.(?:axes\[\]\.(?:name|type|value|choices\[\])|transformations\[\]\.operator|(?:inputs|outputs)\[\]\.type)$/,
    why: "operators and their parameters are those of the platform",
  },
  {
    kinds: ABSENT,
    role: /\.transformations\[\]\.(?:axes|position|axes\[\]\.(?:fixed|choices|range)|(?:inputs|outputs)(?:\[\]\.(?:output_from|input_to)(?:(?:\[\])?\.index)?)?)$/,
    when: isAbsent,
    why: "optional",
  },
  {
    kinds: ["delete"],
    role: /\.transformations\[\]\.(?:axes\[\]|axes\[\]\.choices\[\])$/,
    why: "one parameter or choice less",
  },
  { kinds: ["duplicate"], role: /\.axes\[\]\.choices\[\]$/, why: "a choice that is there twice is made more often" },
  {
    kinds: ["retype"],
    role: /\.axes\[\]\.choices\[\]$/,
    when: isOneOf("7", "1.5", "true", '""'),
    why: "any scalar can be read as text",
  },
  {
    kinds: ["retype"],
    role: /\.axes\[\]\.range\[\]$/,
    when: ({ path, how }) => (path.endsWith("[0]") ? how === "-1" : ["1.5", '"7"'].includes(how)),
    why: "another bound; the platform reads numbers in quotes, too",
  },
  {
    kinds: ["delete", "duplicate"],
    role: /\.outputs\[\]\.input_to\[\]$/,
    why: "the platform follows the other half of the link, `output_from`; a duplicate of that half repeats it",
  },
  {
    kinds: ["delete", "empty", "retype"],
    role: /\.axes\[\]\.value$/,
    why: "may be anything",
  },
  { kinds: ["retype"], role: /\.position\.[xy]$/, when: isOneOf("-1", "1.5"), why: "as good" },
];

/** Nothing that an alias needs is removed. */
function keepsAnchors({ kind, uses }: Mutation): boolean {
  return kind === "misspell-key" || uses === 0;
}

/** Whether a mutation must be found, or is not a mistake. */
export function expectationOf(mutation: Mutation): "found" | "free" {
  const { kind, roles } = mutation;
  const isFree = (role: string) =>
    FREE.some((entry) => entry.kinds.includes(kind) && entry.role.test(role) && entry.when?.(mutation) !== false);
  return roles.every(isFree) ? "free" : "found";
}
