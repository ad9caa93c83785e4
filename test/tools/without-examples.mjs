// An esbuild plugin for bundles without `modelwright explain CODE`: it leaves out the examples of rules, which only that command
// shows.
import { readFileSync } from "node:fs";
import ts from "typescript-6";

const EXAMPLES = new Set(["bad", "good"]);

export const withoutExamples = {
  name: "without-examples",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]src[\\/]check[\\/]rules[\\/][^\\/]+\.[jt]s$/ }, ({ path }) => ({
      contents: removeExamples(path, readFileSync(path, "utf8")),
      loader: path.endsWith(".ts") ? "ts" : "js",
    }));
  },
};

/** Replaces the examples of the rules in a module with empty texts. */
function removeExamples(path, text) {
  const { statements } = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022);
  const values = statements
    .filter((statement) => ts.isVariableStatement(statement))
    .flatMap(({ declarationList }) => declarationList.declarations)
    .flatMap(({ initializer }) => (initializer && ts.isObjectLiteralExpression(initializer) ? [initializer] : []))
    .flatMap(({ properties }) => properties)
    .filter((property) => ts.isPropertyAssignment(property) && EXAMPLES.has(property.name.text))
    .map(({ initializer }) => initializer);
  return values.reverse().reduce((left, { pos, end }) => `${left.slice(0, pos)} ""${left.slice(end)}`, text);
}
