// webpack.
import type { Diagnostic } from "../base/diagnostic.ts";
import { showAsText } from "./findings.ts";
import { NAME, type Platform, type Project, RUNTIME, type Tool } from "./tool.ts";

/** What is needed of a compiler of webpack. */
export interface WebpackCompiler {
  readonly options: {
    readonly externalsPresets: { readonly node?: boolean };
    readonly output: { readonly module?: boolean; readonly environment?: { readonly dynamicImport?: boolean } };
  };
  readonly webpack: {
    readonly ExternalsPlugin: new (type: string, externals: string) => { apply(compiler: WebpackCompiler): void };
  };
  readonly hooks: { readonly initialize: { tap(name: string, listener: () => void): void } };
}

interface LoaderContext {
  addDependency(file: string): void;
  addMissingDependency(path: string): void;
}

interface NativeContext {
  getNativeBuildContext?(): { readonly loaderContext?: LoaderContext };
}

/** webpack shows one text for each module, and no place. */
export function webpackTool({ options, notesOn }: Project, compiler: WebpackCompiler): Tool {
  const platform = (): Platform => options.platform ?? (compiler.options.externalsPresets.node ? "node" : "browser");
  // Only now has webpack settled what it bundles for.
  compiler.hooks.initialize.tap(NAME, () => {
    if (platform() !== "node") return;
    const { module, environment } = compiler.options.output;
    // A target such as `node`, without its version, is taken for one that knows no `import()`.
    const type = module ? "module" : environment?.dynamicImport ? "import" : "node-commonjs";
    new compiler.webpack.ExternalsPlugin(type, RUNTIME).apply(compiler);
  });
  return {
    platformOf: platform,
    watch: (context, { files, missing }) => {
      const loader = (context as NativeContext).getNativeBuildContext?.().loaderContext;
      for (const file of files) loader?.addDependency(file);
      // What is missing would be taken for a file that was removed just now, and built again without an end.
      for (const path of missing) loader?.addMissingDependency(path);
    },
    fail: (_, first, others) => {
      throw withoutStack([first, ...others]);
    },
    warn: (context, definition, warnings) => {
      for (const each of warnings) context.warn(showAsText([each]));
      for (const note of notesOn(definition)) context.warn(note);
    },
  };
}

/** The stack would lead into the compiler, which is not what is wrong. */
function withoutStack(diagnostics: readonly Diagnostic[]): Error {
  return Object.assign(new Error(showAsText(diagnostics)), { stack: "" });
}
