// Support for webpack.
import { findingsText, locate, stackOf } from "./findings.ts";
import { NAME, type Platform, type Project, RUNTIME, type Tool } from "./tool.ts";

/** The part of a webpack compiler that the plugin uses. */
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

/** webpack shows one text per module, without a location. */
export function webpackTool({ cwd, options, notesOn }: Project, compiler: WebpackCompiler): Tool {
  const platform = (): Platform => options.platform ?? (compiler.options.externalsPresets.node ? "node" : "browser");
  // webpack knows its target only now.
  compiler.hooks.initialize.tap(NAME, () => {
    if (platform() !== "node") return;
    const { module, environment } = compiler.options.output;
    // webpack assumes that a target without a version, such as `node`, does not support `import()`.
    const type = module ? "module" : environment?.dynamicImport ? "import" : "node-commonjs";
    new compiler.webpack.ExternalsPlugin(type, RUNTIME).apply(compiler);
  });
  return {
    platformOf: platform,
    watch: (context, { files, missing }) => {
      const loader = (context as NativeContext).getNativeBuildContext?.().loaderContext;
      for (const file of files) loader?.addDependency(file);
      // Reported as a dependency, a missing file would look deleted and trigger endless rebuilds.
      for (const path of missing) loader?.addMissingDependency(path);
    },
    fail: (_, first, others) => {
      const message = findingsText([first, ...others]);
      throw Object.assign(new Error(message), { stack: stackOf(message, locate(cwd, first)) });
    },
    warn: (context, definition, warnings) => {
      for (const each of warnings) context.warn(findingsText([each]));
      for (const note of notesOn(definition)) context.warn(note);
    },
  };
}
