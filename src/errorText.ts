import { isFetchError } from '@grafana/runtime';

/** What went wrong, in the words of who found it. */
export function errorText(error: unknown): string {
  if (isFetchError<{ error?: string; message?: string } | undefined>(error)) {
    return error.data?.error ?? error.data?.message ?? error.statusText ?? `The server answered ${error.status}`;
  }
  return error instanceof Error ? error.message : String(error);
}
