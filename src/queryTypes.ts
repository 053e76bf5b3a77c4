import type { PromiseQuery, QueryType } from './types';

/** The fields of a query that only some types of queries have. */
const OPTIONAL = [
  'lookbacks',
  'groupBy',
  'filters',
  'label',
  'top',
  'threshold',
  'minShare',
  'severity',
  'targets',
  'since',
] as const;

export type OptionalField = (typeof OPTIONAL)[number];

/** What people look for when they choose a type. */
export type Group = 'Now' | 'Over time' | 'What happened' | 'Alerting' | 'Lists';

interface Description {
  label: string;
  group: Group;
  /** One line that says what comes back. */
  explanation: string;
  fields: OptionalField[];
}

/** All types of queries in the order in which they are offered. */
export const QUERY_TYPES: Record<QueryType, Description> = {
  status: {
    label: 'Status',
    group: 'Now',
    explanation: 'A row per SLO: state, SLI, budget remaining, burn rates, and when the budget runs out.',
    fields: ['lookbacks', 'groupBy', 'filters'],
  },
  gate: {
    label: 'Gate',
    group: 'Now',
    explanation:
      'A row per SLO and action that a policy blocks: open, closed or unknown, since when, why, and until what.',
    fields: ['groupBy', 'filters'],
  },
  summary: {
    label: 'Summary',
    group: 'Now',
    explanation: 'One row that counts SLOs: what pages, what is not known, exhausted, burning, at risk, and OK.',
    fields: ['groupBy', 'filters'],
  },
  sli: {
    label: 'SLI',
    group: 'Over time',
    explanation: 'Time series of the share of good events.',
    fields: ['lookbacks', 'groupBy', 'filters'],
  },
  events: {
    label: 'Events',
    group: 'Over time',
    explanation: 'Time series of good and bad events per second.',
    fields: ['groupBy', 'filters'],
  },
  burnRate: {
    label: 'Burn rate',
    group: 'Over time',
    explanation: 'Time series of how fast the error budget burns; 1 consumes exactly the budget over the window.',
    fields: ['lookbacks', 'groupBy', 'filters'],
  },
  budget: {
    label: 'Error budget',
    group: 'Over time',
    explanation: 'Time series of the budget remaining, as a share; below 0 it is overspent.',
    fields: ['groupBy', 'filters'],
  },
  projection: {
    label: 'Projection',
    group: 'Over time',
    explanation: 'The budget remaining so far, and what may remain with a chance of 10, 50 and 90 %.',
    fields: ['groupBy', 'filters'],
  },
  days: {
    label: 'Days',
    group: 'What happened',
    explanation:
      'A row per SLO and day: SLI, the share of the budget that the day took, and whether the target was met.',
    fields: ['groupBy', 'filters'],
  },
  incidents: {
    label: 'Incidents',
    group: 'What happened',
    explanation: 'What burned the budget, fast or slow, the largest share of the budget first.',
    fields: ['minShare', 'threshold', 'groupBy', 'filters'],
  },
  outages: {
    label: 'Outages',
    group: 'What happened',
    explanation: 'The incidents of one service that came at the same time, as one row each.',
    fields: ['minShare', 'threshold', 'groupBy', 'filters'],
  },
  contributors: {
    label: 'Contributors',
    group: 'What happened',
    explanation: 'The share of the budget that each value of a label burned, such as each route or region.',
    fields: ['label', 'top', 'groupBy', 'filters'],
  },
  windows: {
    label: 'Windows',
    group: 'What happened',
    explanation:
      'A row per closed calendar window, met or missed, and per time at which a rolling window had no budget left.',
    fields: ['minShare', 'threshold', 'groupBy', 'filters'],
  },
  kept: {
    label: 'Kept',
    group: 'What happened',
    explanation: 'A row per SLO: how many windows in a row were kept, and how many in the range were kept or missed.',
    fields: ['groupBy', 'filters'],
  },
  reviews: {
    label: 'Reviews',
    group: 'What happened',
    explanation: 'A row per missed window or overspend: how far its review and the change that follows have come.',
    fields: ['threshold', 'groupBy', 'filters'],
  },
  gateHistory: {
    label: 'Gate over time',
    group: 'What happened',
    explanation: 'A column per SLO and action that a policy blocks, for a state timeline.',
    fields: ['groupBy', 'filters'],
  },
  targets: {
    label: 'Targets',
    group: 'What happened',
    explanation:
      'A row per target that could be promised: windows kept and missed, alerts that would have fired, what it allows, and the chance to keep it.',
    fields: ['targets', 'since', 'groupBy', 'filters'],
  },
  burnAlert: {
    label: 'Burn-rate alert',
    group: 'Alerting',
    explanation:
      'A value per SLO and severity: the burn rate over the threshold of the alert; above 1 the alert fires.',
    fields: ['severity', 'groupBy', 'filters'],
  },
  exhaustionAlert: {
    label: 'Exhaustion alert',
    group: 'Alerting',
    explanation: 'A value per SLO: hours to exhaustion of the budget; infinite if none is in sight.',
    fields: ['groupBy', 'filters'],
  },
  budgetAlert: {
    label: 'Budget alert',
    group: 'Alerting',
    explanation: 'A value per SLO: the share of the budget consumed; at 1 nothing remains.',
    fields: ['groupBy', 'filters'],
  },
  windowAlert: {
    label: 'Window alert',
    group: 'Alerting',
    explanation:
      'A value per SLO: the budget consumed by a calendar window that closed within the last day, or 0; above 1 the objective was missed.',
    fields: ['lookbacks', 'groupBy', 'filters'],
  },
  noDataAlert: {
    label: 'No-data alert',
    group: 'Alerting',
    explanation: 'A value per SLO: the data age in minutes; infinite without data.',
    fields: ['groupBy', 'filters'],
  },
  gateAlert: {
    label: 'Gate alert',
    group: 'Alerting',
    explanation: 'A value per SLO and action that a policy blocks: 1 while the gate is closed, 0 while it is open.',
    fields: ['groupBy', 'filters'],
  },
  reviewAlert: {
    label: 'Review alert',
    group: 'Alerting',
    explanation: 'A value per SLO: the days by which the review of a miss, or the change that it names, is overdue.',
    fields: ['groupBy', 'filters'],
  },
  slos: {
    label: 'Definitions',
    group: 'Lists',
    explanation: 'A row per objective as defined, and per definition that is invalid, with the reason.',
    fields: [],
  },
};

/** Says whether a text names a type of query. */
export function isQueryType(text: string | undefined): text is QueryType {
  return text !== undefined && Object.hasOwn(QUERY_TYPES, text);
}

/** The query with another type, without the fields that the type does not have. */
export function withType(query: PromiseQuery, queryType: QueryType): PromiseQuery {
  const kept = { ...query, queryType };
  for (const field of OPTIONAL.filter((name) => !QUERY_TYPES[queryType].fields.includes(name))) {
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the names are those above
    delete kept[field];
  }
  return kept;
}

/** Says whether a query can be sent: its type is chosen and has what it needs. */
export function isComplete(query: PromiseQuery): boolean {
  return isQueryType(query.queryType) && (query.queryType !== 'contributors' || Boolean(query.label?.trim()));
}
