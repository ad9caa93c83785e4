// The declarations of vscode-jsonrpc name this type, but the library of workers cannot be loaded beside that of pages.
interface DedicatedWorkerGlobalScope extends EventTarget {}
