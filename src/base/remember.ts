/**
 * A function of an object that makes its value once for each object: many models share one Python function, and what is known
 * of it does not depend on who asks. The value is dropped together with the object.
 */
export function remember<K extends object, V extends NonNullable<unknown>>(make: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, V>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const value = make(key);
    known.set(key, value);
    return value;
  };
}

/** The same for a part of an object: the value, perhaps `undefined`, depends on both. */
export function rememberPart<K extends object, P extends object, V>(
  make: (key: K, part: P) => V,
): (key: K, part: P) => V {
  const partsOf = remember((_: K) => new WeakMap<P, { readonly value: V }>());
  return (key, part) => {
    const parts = partsOf(key);
    const known = parts.get(part) ?? { value: make(key, part) };
    parts.set(part, known);
    return known.value;
  };
}

/** The same for texts; the values, `undefined` among them, stay as long as the function. */
export function rememberText<V>(make: (key: string) => V): (key: string) => V {
  const known = new Map<string, V>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined || known.has(key)) return before as V;
    const value = make(key);
    known.set(key, value);
    return value;
  };
}
