/**
 * Memoizes a function of an object. Many models share one Python function, and what is known about it does not depend
 * on the caller. The value is dropped together with the object.
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

/** Memoizes a function of an object and a part of it. The value may be `undefined`. */
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

/** Memoizes a function of a string. The values live as long as the function. */
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
