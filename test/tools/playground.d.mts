/** The examples by title, each a folder below `fixtures/`. */
export declare const EXAMPLES: readonly (readonly [title: string, folder: string])[];
/** The files of an example in the page. */
export declare function exampleFiles(folder: string): readonly { readonly name: string; readonly text: string }[];
/** Builds the page. The sizes are in UTF-16 units. */
export declare function playground(): Promise<{
  readonly html: string;
  readonly sizes: { readonly page: number; readonly server: number };
}>;
