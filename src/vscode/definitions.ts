// Which documents are definitions.
import {
  Disposable,
  type DocumentSelector,
  languages,
  RelativePattern,
  type TextDocument,
  type WorkspaceFolder,
  workspace,
} from "vscode";
import { DEFINITION_NAMES, isDefinitionText } from "../base/definition-file.ts";
import { LANGUAGE } from "../lsp/documents.ts";

const NAMES = `{${DEFINITION_NAMES.join(",")}}`;

/** The documents that are definitions, whatever language the user has selected for files of these names. */
export const DEFINITIONS = [
  { language: LANGUAGE, scheme: "file" },
  { language: LANGUAGE, scheme: "untitled" },
  { language: "yaml", scheme: "file", pattern: `**/${NAMES}` },
] as const;

/** The documents that are sent to the server: definitions and Python code. */
export const READ = [...DEFINITIONS, { language: "python", scheme: "file" }] as const;

/** Whether the server treats a document as a definition. */
export function isDefinition(document: TextDocument): boolean {
  return (
    languages.match(selectorOf(DEFINITIONS), document) > 0 &&
    (document.languageId === LANGUAGE || holdsModels(document))
  );
}

/** The selector in the type that functions of the editor accept. */
export function selectorOf(filters: typeof DEFINITIONS | typeof READ): DocumentSelector {
  return [...filters];
}

function holdsModels(document: TextDocument): boolean {
  return isDefinitionText(document.uri.path, () => document.getText());
}

/**
 * Other tools also use the names `model.yaml` and `models.yaml`, so the extension does not register them. Files that contain models
 * get the language of definitions when they are opened. This happens only once, so that the user can select another language.
 */
export function adoptDefinitions(): Disposable {
  const seen = new Set<string>();
  const adopt = (document: TextDocument) => {
    const uri = document.uri.toString();
    if (document.languageId !== "yaml" || document.uri.scheme !== "file" || seen.has(uri)) return;
    if (!holdsModels(document)) return;
    seen.add(uri);
    void languages.setTextDocumentLanguage(document, LANGUAGE);
  };
  workspace.textDocuments.forEach(adopt);
  return Disposable.from(workspace.onDidOpenTextDocument(adopt));
}

/** Whether a workspace folder has a file with the name of a definition. */
export async function hasDefinitions(folders: readonly WorkspaceFolder[]): Promise<boolean> {
  for (const folder of folders) {
    const found = await workspace.findFiles(new RelativePattern(folder, `**/${NAMES}`), undefined, 1);
    if (found.length > 0) return true;
  }
  return false;
}
