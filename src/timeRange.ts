import { type DataQueryRequest, type DataQueryResponse, dateTime, FieldType, type TimeRange } from '@grafana/data';

import type { PromiseQuery } from './types';

/** A range that ended so many milliseconds ago still ends now: dashboards are refreshed every minute or so. */
const NOW = 5 * 60_000;

/**
 * Lets the time axis of a panel reach as far as the projections in its answer, so that the past and the future of a
 * budget share one axis. Grafana draws the range of the request, which ends now. Ranges that end in the past stay as
 * they are, and the future takes at most half of the axis.
 */
export function reachAhead(
  request: DataQueryRequest<PromiseQuery>,
  { data }: DataQueryResponse,
  now = Date.now()
): void {
  const { range, targets } = request;
  if (targets.some(({ queryType }) => queryType !== 'projection') || range.to.valueOf() < now - NOW) {
    return;
  }
  const until = Math.min(lastTime(data), range.to.valueOf() + (range.to.valueOf() - range.from.valueOf()));
  if (until > range.to.valueOf()) {
    request.range = upTo(range, until);
  }
}

function lastTime(frames: DataQueryResponse['data']): number {
  const times = frames.flatMap(({ fields = [] }: { fields?: Array<{ type: FieldType; values: unknown[] }> }) =>
    fields.filter(({ type }) => type === FieldType.time).map(({ values }) => Number(values.at(-1)))
  );
  return Math.max(...times.filter(Number.isFinite), -Infinity);
}

function upTo({ from }: TimeRange, until: number): TimeRange {
  const to = dateTime(until);
  return { from, to, raw: { from, to } };
}
