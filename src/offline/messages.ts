/** What the page asks of its service worker, with a port for the answer. */
export interface OfflineRequest {
  /** Let the waiting version take over; refused while another window is open. */
  readonly kind: 'update';
}

export type OfflineAnswer = { readonly done: true } | { readonly done: false; readonly message: string };
