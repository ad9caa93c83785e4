// The messages of `not-portable`. They are long, and a plain check does not need them.
import type { Finding } from "../../base/diagnostic.ts";
import { quote } from "../../base/quote.ts";
import type { PortabilityKind } from "./kinds.ts";

/** The message and the hint of one kind; `name` is what it is about, such as a variable. */
export function portableWords(kind: PortabilityKind, name: string | undefined): Pick<Finding, "message" | "hint"> {
  const [message, hint] = WORDS[kind];
  return {
    message: typeof message === "string" ? message : message(name === undefined ? "" : quote(name)),
    ...(hint === undefined ? {} : { hint }),
  };
}

/** The texts of one kind; a message about something with a name, such as a variable, takes the quoted name. */
type Words = readonly [message: string | ((name: string) => string), hint?: string];

const QUOTE = "Put the scalar in quotes.";

const WORDS: Readonly<Record<PortabilityKind, Words>> = {
  character: [
    (name) => `The platform's checker stops here: PyYAML does not read ${name} in a file.`,
    "Remove the character, or write it as an escape in double quotes.",
  ],
  tab: [
    "The platform's checker stops here: between tokens and in text without quotes, PyYAML does not read tabs.",
    "Replace the tab with spaces.",
  ],
  "line-break": [
    (name) => `The platform reads ${name} as the end of the line, so the rest is read as a new line.`,
    "Remove the character, or write it as an escape in double quotes.",
  ],
  "anchor-twice": [
    (name) => `The platform's checker stops here: PyYAML does not read a second anchor ${name}.`,
    "Rename one of the two and its aliases.",
  ],
  "anchor-name": [
    "The platform's checker stops here: in PyYAML, the name of an anchor consists of ASCII letters, digits, `-` and `_`.",
    "Rename the anchor and its aliases.",
  ],
  "flow-question": [
    "The platform's checker stops here: PyYAML does not read `?` in `[ ]` or `{ }` without quotes.",
    QUOTE,
  ],
  "flow-key": ["In `[ ]` and `{ }`, the platform reads `?` at the start of unquoted text as a key indicator.", QUOTE],
  "flow-colon": [
    "The platform's checker stops here: in `[ ]` and `{ }`, PyYAML does not read unquoted text that starts with `:`.",
    QUOTE,
  ],
  "directive-twice": ["The platform's checker stops here: PyYAML reads such a directive only once.", "Remove it."],
  "unreadable-scalar": ["The platform's checker stops here: PyYAML reads this text as an invalid value.", QUOTE],
  "unset-in-comment": [
    (name) => `The platform's checker stops here unless ${name} is set: it replaces variables in comments too.`,
    "Write the name without braces.",
  ],
  "unset-elsewhere": [
    (name) => `The platform's checker stops here unless ${name} is set: it replaces variables in the whole file.`,
    "Set the variable, or write the name without braces.",
  ],
  "value-character": [
    (name) => `The platform's checker stops here: the value of ${name} has a character that PyYAML does not read.`,
    "Change the value of the variable.",
  ],
  "value-variable": [
    (name) =>
      `The platform's checker stops here: the value of ${name} contains an expression, which it reads as a variable.`,
    "Change the value of the variable.",
  ],
  "value-line-break": [
    (name) => `The platform inserts the value of ${name} before it reads YAML, and the value has a line break.`,
    "Read the variable in the Python code, or give it a value of one line.",
  ],
  "value-quote": [
    (name) =>
      `The platform inserts the value of ${name} before it reads YAML, and the value has a character that ends these quotes or starts an escape.`,
    "Change the value of the variable, or use the other quotes.",
  ],
  "value-syntax": [
    (name) => `The platform inserts the value of ${name} before it reads YAML, and the value changes how YAML is read.`,
    QUOTE,
  ],
  "value-type": [
    (name) => `The platform inserts the value of ${name} before it reads YAML, and PyYAML does not read text here.`,
    QUOTE,
  ],
  "value-not-number": [
    (name) => `With the value of ${name}, PyYAML does not read a number of the right kind here.`,
    "Change the value of the variable.",
  ],
  "value-not-boolean": [
    (name) =>
      `With the value of ${name}, PyYAML does not read a boolean here, and the platform reads any text and any number except 0 as true.`,
    "Set the variable to `true` or `false`.",
  ],
  "value-not-word": [
    (name) => `With the value of ${name}, this is not one of the words that the platform knows here.`,
    "Change the value of the variable.",
  ],
  "value-replaces-reference": [
    (name) => `The platform replaces this with the value of the variable ${name}, which is set.`,
    "Unset the variable.",
  ],
  "quoted-number": [
    "The platform gets text here, not a number: it inserts the value of the variable between the quotes.",
    "Remove the quotes.",
  ],
  "quoted-count": [
    "`create` fails here: it gets text, not a number, because the SDK inserts the value between the quotes.",
    "Remove the quotes.",
  ],
  "quoted-number-at-run": [
    "When the model runs, the platform's runtime check stops here: it gets text, because the SDK inserts the value between the quotes.",
    "Remove the quotes.",
  ],
  "quoted-boolean": [
    "The platform reads this as true for every value: the SDK inserts the value between the quotes, and any text is true.",
    "Remove the quotes.",
  ],
  "name-twice": [
    "The platform's checker stops here: with the values of the variables, two names are the same.",
    "Rename one of them, or change the value of a variable.",
  ],
  angles: ["The platform reads `$<…>` as text.", "Write `${…}`."],
  suffix: ["The platform has no defaults: it looks for a variable of exactly this name.", "Write only the name."],
  "path-spelling": ["The platform reads only names and dots here, without spaces, quotes or brackets."],
  "input-spelling": [
    "When the model runs, the platform's runtime check stops here: it reads only `${`, names and dots.",
    "Write the expression as `${…}`, with names and dots only.",
  ],
  escape: [
    "The platform has no escape: it replaces a variable here too, and keeps the extra `$`; its checker stops if the variable is not set.",
  ],
  "double-dollar": ["The platform replaces the variable after the second `$` when it is set."],
  "dollar-value": [
    "When the model runs, the platform's runtime check stops here: it reads a value that starts with `$` as a reference.",
    "Start the value with other text, or write it in the Python code.",
  ],
  "text-around": [
    "When the model runs, the platform resolves an expression only at the start of a value, and drops what follows it.",
    "Make the whole value one expression, and build the text in the Python code.",
  ],
  "inside-collection": [
    "When the model runs, the platform does not look into lists and maps: Python gets this as text.",
    "Pass it as an input of its own.",
  ],
  sibling: [
    "When the model runs, the platform's runtime check stops here: it does not know the inputs of the same call.",
    "Write what that input refers to.",
  ],
  "not-an-input": [
    "The platform resolves runtime names only in the inputs of `load` and `predict`; here it reads them as text.",
  ],
  "environment-in-runtime": [
    "The platform reads the runtime from the code, without the variables of this machine.",
    "Write the value directly, or read the variable in the Python code.",
  ],
  "universal-first": [
    "The platform uses the first entry that matches, so it uses this one instead of the entry with the exact name below.",
    "Move the universal entry to the end.",
  ],
  "universal-beside": [
    "The platform's checker stops here: it uses the first entry that matches, which is the model itself, without a runtime.",
    "Move the universal entry to the `efemarai.yaml` of the code, or before the model.",
  ],
  "universal-bare": [
    "`create` registers a model of this name: it skips only the spelling `${model.name}`.",
    "Write `${model.name}`.",
  ],
  package: [
    (name) =>
      `When the model runs, the platform's runtime check stops here: it looks for the file ${name}, not for a package.`,
    "Move the function to a module of the package, and use that module.",
  ],
  commit: [
    "The platform's checker clones only the newest commit of the branch, and stops here if `hash` is another one.",
  ],
  "ignore-file": [
    (name) =>
      `\`create\` fails here: the SDK finds ${name} in this folder, but reads it from the working directory, where it does not exist.`,
    "Copy the file next to the definition.",
  ],
  "upload-of-address": [
    "The platform's checker stops here: it reads this as a local file, because `upload` is true by default.",
    "Add `upload: false`.",
  ],
  "upload-of-other-address": [
    "The platform's checker stops here: it reads this as a local file, because `upload` is true by default.",
    "Add `upload: false`, and write an `http` or `https` URL: `create` fails for any other.",
  ],
  "uploaded-address": [
    "The platform's checker stops here: with `upload: true`, it reads this as a local file.",
    "Set `upload` to `false`.",
  ],
  "file-not-here": [
    "`create` fails here: the SDK hashes every file that is not an `http` or `https` URL, and finds no such file on this machine.",
    "Write an `https` URL, or a path that exists.",
  ],
  "coco-annotations": [
    "`create` fails here: it reads the annotations of a COCO dataset from a file on this machine.",
    "Set `annotations_url` to a local file.",
  ],
  "coco-data": [
    "`create` fails here: it needs `data_url`, the folder of the images, for a COCO dataset.",
    "Set `data_url` to a local folder.",
  ],
  "coco-images": [
    "`create` uploads no images from here: it takes those of a COCO dataset from a folder on this machine.",
    "Set `data_url` to a local folder.",
  ],
  "imagenet-folder": [
    "`create` fails here: it reads an ImageNet dataset from a folder on this machine.",
    "Set `data_url` to a local folder.",
  ],
  "format-skipped": [
    (name) =>
      `\`create\` skips this dataset: the SDK does not create datasets of the format ${name} from a definition.`,
  ],
  "upload-nothing": [
    "`create` fails here: with `upload: true`, it requires `data_url`.",
    "Add `data_url`, or remove `upload`.",
  ],
  "not-uploaded": [
    "`create` does not upload this: without the key, `upload` is true for the platform's checker, but false for `create`.",
    "Add `upload: true`.",
  ],
  "no-data-at-run": [
    "When a model of this file runs, the platform's runtime check stops here: it requires `data_url`.",
    "Add `data_url`.",
  ],
  "problem-type-at-run": [
    "When a model of this file runs, the platform's runtime check stops here: it knows no predictions of this problem type.",
    "Set `problem_type` to what the models predict.",
  ],
  "absent-at-load": [
    (name) => `When the domain is loaded, the platform stops here: it requires the key ${name}.`,
    "Add the key.",
  ],
  "axis-at-load": [
    "When the domain is loaded, the platform stops here: an axis that varies needs a `range` or `choices` of numbers, `choices` of texts, or the type `bool`.",
    "Give the axis values of this kind, or set `fixed: true`.",
  ],
  "empty-at-check": ["The platform's checker stops here: the key has no value.", "Remove the key."],
  "empty-at-create": ["`create` fails here: the key has no value.", "Remove the key."],
  "empty-at-run": [
    "When the model runs or the domain is loaded, the platform stops here: the key has no value.",
    "Write a value.",
  ],
  "domain-file": ["The platform's checker stops here: it requires the domain itself, not a file that contains it."],
};
