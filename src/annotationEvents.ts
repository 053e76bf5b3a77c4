import { type AnnotationEvent, type DataFrame, DataFrameView } from '@grafana/data';

interface IncidentRow {
  time: number;
  timeEnd: number | null;
  title: string;
  text: string;
  tags: string;
}

interface WindowRow {
  slo: string;
  service: string;
  team: string;
  title: string;
  window: string;
  end: number;
  target: number | null;
  sli: number | null;
  met: boolean | null;
  unknown: string | null;
  budgetConsumed: number | null;
}

/** An incident is drawn from its start to its end, or to now while it goes on. */
export function incidentEvents(frame: DataFrame, now = Date.now()): AnnotationEvent[] {
  return new DataFrameView<IncidentRow>(frame).map(({ time, timeEnd, title, text, tags }) => ({
    time,
    timeEnd: timeEnd ?? now,
    isRegion: true,
    title,
    text,
    tags: tags.split(','),
  }));
}

/**
 * A window is drawn at its end, at which the next one starts with all of its
 * budget. Rolling windows never close: their rows are overspends.
 */
export function windowEvents(frame: DataFrame): AnnotationEvent[] {
  return new DataFrameView<WindowRow>(frame)
    .map((row) => (row.window.endsWith(' rolling') ? undefined : windowEvent(row)))
    .filter((event) => event !== undefined);
}

function windowEvent(row: WindowRow): AnnotationEvent {
  const { end, title, slo, service, team } = row;
  const tags = Object.entries({ slo, service, team })
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}:${value}`);
  return { time: end, title, text: `${resultOf(row)} The error budget is reset.`, tags };
}

function resultOf({ met, unknown, sli, target, budgetConsumed }: WindowRow): string {
  if (met === null || sli === null || target === null) {
    return `It is not known whether the objective was met: ${(unknown ?? 'No data').toLowerCase()}.`;
  }
  const result = `Objective ${met ? 'met' : 'missed'}: ${percent(sli)} good, target ${percent(target)}`;
  return budgetConsumed === null ? `${result}.` : `${result}, ${percent(budgetConsumed, 1)} of the budget consumed.`;
}

function percent(share: number, digits = 4): string {
  return `${Number((100 * share).toFixed(digits))} %`;
}
