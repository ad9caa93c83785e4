import type { Decorator, Definition, FunctionHeader, PythonModule } from "../module.ts";
import { fullPath } from "./annotation.ts";
import { namesOf } from "./names-in-module.ts";

/**
 * Decorators that do not change the signature. Each either returns the function itself, or a wrapper that passes all
 * arguments unchanged. Not included: `contextlib.contextmanager` and `functools.singledispatch` (the call has another
 * meaning), and compilers such as `torch.jit.script` or `numba.njit` (they only accept some values). Decorators in the
 * repository are read instead (`wrapper.ts`).
 */
const TRANSPARENT: ReadonlySet<string> = new Set([
  ...["functools.lru_cache", "functools.cache", "staticmethod", "abc.abstractmethod", "atexit.register"],
  ...["typing.overload", "typing.no_type_check", "typing.final", "typing.override", "warnings.deprecated"],
  ...["typing_extensions.overload", "typing_extensions.final", "typing_extensions.override"],
  ...["typing_extensions.deprecated"],
  ...["torch.no_grad", "torch.inference_mode", "torch.enable_grad", "torch.set_grad_enabled", "torch.autocast"],
  ...["torch.autograd.no_grad", "torch.autograd.inference_mode", "torch.autograd.enable_grad"],
  ...["torch.amp.autocast", "torch.cuda.amp.autocast", "torch.cpu.amp.autocast"],
  ...["torch.jit.ignore", "torch.jit.unused", "torch.jit.export"],
]);

/** The same for classes: the constructor does not change. */
const TRANSPARENT_FOR_CLASSES: ReadonlySet<string> = new Set([
  ...["functools.total_ordering", "typing.final", "typing.runtime_checkable", "typing.no_type_check"],
  ...["typing_extensions.final", "typing_extensions.runtime_checkable", "enum.unique"],
  ...["warnings.deprecated", "typing_extensions.deprecated"],
]);

/** The decorators of a definition that may change its signature. */
export function unknownDecorators(module: PythonModule, definition: Definition): readonly Decorator[] {
  return definition.decorators.filter((decorator) => !isTransparent(definition.kind, decoratorPath(module, decorator)));
}

/** Whether a decorator, given by its full path, keeps the signature. */
export function isTransparent(kind: Definition["kind"], path: string | undefined): boolean {
  return (kind === "class" ? TRANSPARENT_FOR_CLASSES : TRANSPARENT).has(path ?? "");
}

/** Whether a definition is an `@overload`, which only type checkers see. */
export function isOverload(module: PythonModule, { decorators }: FunctionHeader): boolean {
  return decorators.some((decorator) =>
    /^typing(?:_extensions)?\.overload$/.test(decoratorPath(module, decorator) ?? ""),
  );
}

/**
 * The full path of the name that a decorator applies or calls; `undefined` if it belongs to the repository or is not a
 * dotted name.
 */
export function decoratorPath(module: PythonModule, { name }: Decorator): string | undefined {
  return name === undefined ? undefined : fullPath(name, namesOf(module));
}
