/** What the page sends to a new worker: one end of each channel. */
export interface Ports {
  /** Messages of the language server protocol. */
  readonly protocol: MessagePort;
  /** Every message on it is answered as soon as the event loop of the worker is free. */
  readonly pulse: MessagePort;
}
