// JSON trees with a few changes: unexpected values and keys, and parts that are removed, moved or duplicated.
import fc from "fast-check";

export type Tree = null | boolean | number | string | Tree[] | { [key: string]: Tree };

type Path = readonly (string | number)[];

/** Names with a meaning in JavaScript, a terminal, GitHub, HTML, Markdown or a shell. */
export const NAMES = [
  ...[
    "__proto__",
    "constructor",
    "prototype",
    "toString",
    "hasOwnProperty",
    "valueOf",
    "then",
    "length",
    "0",
    "-1",
    "",
  ],
  ...[
    "\x1b[31m",
    "\x1b]0;x\x07",
    "\u202eevil",
    "\u2066",
    "\ufeff",
    "\0",
    "\r\n",
    "\n::error::x",
    "%0A::error file=a",
    "a,b:c",
  ],
  ...[
    "\ud800",
    "\udc00x",
    "🚢",
    "e\u0301",
    "🙂".repeat(40),
    "a".repeat(300),
    "*/",
    "<script>",
    "[a](javascript:b)",
    "`",
    "``",
    "|",
  ],
  ...[
    "$(id)",
    "; rm -rf /",
    "../../..",
    "/etc/passwd",
    "C:\\x",
    "file:///x",
    "a b",
    "a.b",
    "a/b",
    "no",
    "null",
    "~",
    "${",
    "$",
  ],
  ...["${model.name}", "${A}", "$<A:-x>", "undefined", "NaN", "[object Object]", "1e400", "-0", "0x10", "010", "1:30"],
];

const leaf: fc.Arbitrary<Tree> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<Tree[]>(...NAMES) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 6 }) },
  { weight: 2, arbitrary: fc.constantFrom<Tree[]>(null, true, false, 0, -1, 0.5, 1e21, 1e308, 2 ** 53, -1e-7, 5e-324) },
);

/** An arbitrary small tree. */
const any: fc.Arbitrary<Tree> = fc.oneof(
  { weight: 6, arbitrary: leaf },
  fc.constantFrom<Tree[]>([], {}, [[]], [{}], [null], { name: null }, [{ name: "a" }], nested(70), nested(300)),
  fc.array(leaf, { maxLength: 3 }),
  fc.array(fc.tuple(fc.constantFrom(...NAMES), leaf), { maxLength: 3 }).map(fromEntries),
);

function nested(depth: number): Tree {
  let tree: Tree = 1;
  for (let i = 0; i < depth; i++) tree = i % 2 === 0 ? [tree] : { a: tree };
  return tree;
}

/** Unlike an assignment, this also creates an own property `__proto__`. */
function fromEntries(entries: readonly (readonly [string, Tree])[]): { [key: string]: Tree } {
  return Object.fromEntries(entries) as { [key: string]: Tree };
}

type Change = (path: Path, tree: Tree, others: readonly Tree[]) => Tree | undefined;

/** Some of these trees with a few changes, as JSON. */
export function changedTrees(trees: readonly Tree[]): fc.Arbitrary<Tree> {
  const all = trees.map((tree) => ({ tree, places: placesOf(tree) }));
  const change: fc.Arbitrary<Change> = fc.oneof(
    {
      weight: 4,
      arbitrary: any.map(
        (by): Change =>
          () =>
            by,
      ),
    },
    { weight: 2, arbitrary: fc.constant<Change>(() => undefined) },
    {
      weight: 2,
      arbitrary: fc.tuple(fc.constantFrom(...NAMES), any).map(
        ([name, by]): Change =>
          (_, tree) =>
            added(tree, name, by),
      ),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom(...NAMES).map(
        (name): Change =>
          (_, tree) =>
            renamed(tree, name),
      ),
    },
    {
      weight: 1,
      arbitrary: fc.nat().map(
        (at): Change =>
          (_, __, others) =>
            others[at % others.length],
      ),
    },
    { weight: 1, arbitrary: fc.constant<Change>((_, tree) => (Array.isArray(tree) ? [...tree, ...tree] : [tree])) },
  );
  return fc
    .tuple(fc.constantFrom(...all), fc.array(fc.tuple(fc.nat(), change), { minLength: 1, maxLength: 5 }))
    .map(([{ tree, places }, changes]) => {
      const others = places.map((path) => at(tree, path));
      return changes.reduce((now, [index, make]) => {
        const path = places[index % places.length] ?? [];
        return put(now, path, (found) => make(path, found, others));
      }, tree);
    });
}

function added(tree: Tree, name: string, by: Tree): Tree {
  if (Array.isArray(tree)) return [...tree, by];
  return typeof tree === "object" && tree !== null ? fromEntries([...Object.entries(tree), [name, by]]) : by;
}

/** A map whose first key is renamed. */
function renamed(tree: Tree, name: string): Tree {
  if (typeof tree !== "object" || tree === null || Array.isArray(tree)) return name;
  return fromEntries(Object.entries(tree).map(([key, value], i) => [i === 0 ? name : key, value]));
}

function placesOf(tree: Tree, path: Path = []): Path[] {
  if (typeof tree !== "object" || tree === null) return [path];
  return [
    path,
    ...Object.entries(tree).flatMap(([key, child]) =>
      placesOf(child, [...path, Array.isArray(tree) ? Number(key) : key]),
    ),
  ];
}

function at(tree: Tree, path: Path): Tree {
  let found: Tree = tree;
  for (const key of path) {
    if (typeof found !== "object" || found === null) return null;
    found = (found as { [key: string]: Tree })[key] ?? null;
  }
  return found;
}

/** A copy in which one place has another value. */
function put(tree: Tree, path: Path, by: (found: Tree) => Tree | undefined): Tree {
  const [key, ...rest] = path;
  if (key === undefined) return by(tree) ?? null;
  if (typeof tree !== "object" || tree === null || !Object.hasOwn(tree, key)) return tree;
  const child = (tree as { [key: string]: Tree })[key] ?? null;
  const made = rest.length === 0 ? by(child) : put(child, rest, by);
  if (Array.isArray(tree)) return tree.flatMap((item, i) => (i !== key ? [item] : made === undefined ? [] : [made]));
  const entries = Object.entries(tree).flatMap(([name, value]): [string, Tree][] =>
    name !== key ? [[name, value]] : made === undefined ? [] : [[name, made]],
  );
  return fromEntries(entries);
}
