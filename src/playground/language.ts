// How texts are highlighted: YAML with its expressions, Python, and the generated TypeScript. The colors are in the style sheet.
import { python } from "@codemirror/lang-python";
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, type Language, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  type EditorView,
  MatchDecorator,
  ViewPlugin,
  type ViewUpdate,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { isPython, isYaml } from "./files.ts";

/** The language of a file, by its name. */
export function languageOf(name: string): Extension {
  if (isYaml(name)) return [yaml(), expressions];
  return isPython(name) ? python() : [];
}

/** The language of a code block in documentation, by its tag. */
export function languageNamed(name: string): Language | null {
  if (name === "python") return python().language;
  return name === "yaml" ? yaml().language : null;
}

/** JSON is highlighted as YAML, which is a superset of it. */
export const json: Extension = yaml();

const expression = Decoration.mark({ class: "cm-expression" });

const decorator = new MatchDecorator({
  // `$${` and `$$<` are text.
  regexp: /(?<!\$)\$(?:\{[^{}\n]*\}|<[^<>\n]*>)/g,
  decoration: expression,
});

/** Marks `${…}` in a definition. */
const expressions = ViewPlugin.define<{ decorations: DecorationSet; update: (update: ViewUpdate) => void }>(
  (view: EditorView) => ({
    decorations: decorator.createDeco(view),
    update(update) {
      this.decorations = decorator.updateDeco(update, this.decorations);
    },
  }),
  { decorations: (plugin) => plugin.decorations },
);

const KEYWORDS =
  /^(?:as|async|await|class|const|declare|export|extends|from|function|import|interface|keyof|new|null|readonly|return|satisfies|this|true|false|type|typeof|undefined)\b/;
const TYPES = /^(?:any|bigint|boolean|never|number|object|string|symbol|unknown|void)\b/;

/** The part of TypeScript that bindings consist of. */
export const typescript: Extension = StreamLanguage.define<{ isInComment: boolean }>({
  name: "typescript",
  startState: () => ({ isInComment: false }),
  token: (stream, state) => {
    if (state.isInComment || stream.match("/*")) {
      state.isInComment = !stream.match(/^.*?\*\//);
      if (state.isInComment) stream.skipToEnd();
      return "comment";
    }
    if (stream.match(/^\/\/.*/)) return "comment";
    if (stream.match(/^(["'`])(?:\\.|(?!\1).)*\1?/)) return "string";
    if (stream.match(/^\d[\d_.e]*n?/)) return "number";
    if (stream.match(KEYWORDS)) return "keyword";
    if (stream.match(TYPES) || stream.match(/^[A-Z][\w$]*/)) return "typeName";
    if (stream.match(/^[\w$]+(?=\??:)/)) return "propertyName";
    if (!stream.match(/^[\w$]+/)) stream.next();
    return null;
  },
});

const color = (name: string) => ({ color: `var(--code-${name})` });

/** Colors from the style sheet, which follow the color scheme of the system. */
export const highlighting: Extension = syntaxHighlighting(
  HighlightStyle.define([
    { tag: [tags.propertyName, tags.definition(tags.propertyName), tags.attributeName], ...color("name") },
    { tag: [tags.string, tags.special(tags.string), tags.character], ...color("string") },
    { tag: [tags.number, tags.bool, tags.null, tags.atom], ...color("number") },
    { tag: [tags.keyword, tags.operatorKeyword, tags.modifier, tags.self], ...color("keyword") },
    { tag: [tags.comment, tags.meta], ...color("comment") },
    { tag: [tags.typeName, tags.className, tags.labelName], ...color("type") },
    { tag: [tags.function(tags.variableName), tags.function(tags.definition(tags.variableName))], ...color("type") },
    { tag: [tags.heading, tags.strong], fontWeight: "600" },
  ]),
);
