/** Targets as people write them: percentages with commas between. */
export function formatTargets(targets: number[] | undefined): string {
  return (targets ?? []).map((share) => String(Number((share * 100).toFixed(8)))).join(', ');
}

/** The shares that a list of percentages names; undefined if one is not at least 0 and below 100. */
export function parseTargets(text: string): number[] | undefined {
  const written = text
    .split(/[,;\s]+/)
    .map((part) => part.replace(/%$/, ''))
    .filter((part) => part !== '');
  const shares = written.map(shareOf);
  return shares.every((share) => share >= 0 && share < 1) ? shares : undefined;
}

/** A percentage as a share, as exact as its digits: 99.9 is 0.999. */
function shareOf(percentage: string): number {
  const found = /^(\d{1,2})(?:\.(\d+))?$/.exec(percentage);
  return found ? Number(`0.${(found[1] ?? '').padStart(2, '0')}${found[2] ?? ''}`) : NaN;
}
