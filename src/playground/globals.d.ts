// The declarations of vscode-jsonrpc use this type, but the type library of workers cannot be loaded together with that of pages.
interface DedicatedWorkerGlobalScope extends EventTarget {}
