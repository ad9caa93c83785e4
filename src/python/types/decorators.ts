import type { Decorator, Definition, FunctionHeader, PythonModule } from "../module.ts";
import { fullPath } from "./annotation.ts";
import { namesOf } from "./names-in-module.ts";

/**
 * Decorators after which a call takes what the header says. Each either gives the function back, or a wrapper that hands
 * on whatever it gets and changes nothing. Not in the list: `contextlib.contextmanager` and `functools.singledispatch`
 * (the call means something else), and compilers such as `torch.jit.script` or `numba.njit` (they take only some values).
 * Decorators that are written in the repository are read (`wrapper.ts`).
 */
const KEEPING: ReadonlySet<string> = new Set([
  ...["functools.lru_cache", "functools.cache", "staticmethod", "abc.abstractmethod", "atexit.register"],
  ...["typing.overload", "typing.no_type_check", "typing.final", "typing.override", "warnings.deprecated"],
  ...["typing_extensions.overload", "typing_extensions.final", "typing_extensions.override"],
  ...["typing_extensions.deprecated"],
  ...["torch.no_grad", "torch.inference_mode", "torch.enable_grad", "torch.set_grad_enabled", "torch.autocast"],
  ...["torch.autograd.no_grad", "torch.autograd.inference_mode", "torch.autograd.enable_grad"],
  ...["torch.amp.autocast", "torch.cuda.amp.autocast", "torch.cpu.amp.autocast"],
  ...["torch.jit.ignore", "torch.jit.unused", "torch.jit.export"],
]);

/** The same for classes: the constructor stays as it is. */
const KEEPING_CLASS: ReadonlySet<string> = new Set([
  ...["functools.total_ordering", "typing.final", "typing.runtime_checkable", "typing.no_type_check"],
  ...["typing_extensions.final", "typing_extensions.runtime_checkable", "enum.unique"],
  ...["warnings.deprecated", "typing_extensions.deprecated"],
]);

/** The decorators of a definition that may change what a call takes. */
export function unknownDecorators(module: PythonModule, definition: Definition): readonly Decorator[] {
  return definition.decorators.filter((decorator) => !isKeeping(definition.kind, decoratorPath(module, decorator)));
}

/** Whether what a decorator with this full path gives back takes what it got. */
export function isKeeping(kind: Definition["kind"], path: string | undefined): boolean {
  return (kind === "class" ? KEEPING_CLASS : KEEPING).has(path ?? "");
}

/** Whether a definition is one of several that only type checkers see. */
export function isOverload(module: PythonModule, { decorators }: FunctionHeader): boolean {
  return decorators.some((decorator) =>
    /^typing(?:_extensions)?\.overload$/.test(decoratorPath(module, decorator) ?? ""),
  );
}

/** The full path of what a decorator applies or calls; `undefined` when it is the repository's own or no plain name. */
export function decoratorPath(module: PythonModule, { name }: Decorator): string | undefined {
  return name === undefined ? undefined : fullPath(name, namesOf(module));
}
