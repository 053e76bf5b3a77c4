const DURATION = /^(?=\d)(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?(?:\d+ms)?$/;

/** Says whether a text is a duration as PromQL writes it, such as 30d or 1h30m. */
export function isDuration(text: string): boolean {
  return DURATION.test(text);
}
