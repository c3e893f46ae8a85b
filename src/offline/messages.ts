/** What the page asks of its service worker, each with a port for the answer. */
export type OfflineRequest =
  /** Keep the embedded model's weights. */
  | { readonly kind: 'keep-weights' }
  /** Let the waiting version take over; refused while another window is open. */
  | { readonly kind: 'update' };

export type OfflineAnswer = { readonly done: true } | { readonly done: false; readonly message: string };
