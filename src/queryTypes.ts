import type { PromiseQuery, QueryType } from './types';

/** The fields of a query that only some types of queries have. */
export type OptionalField = 'lookbacks' | 'groupBy' | 'filters' | 'label' | 'top' | 'threshold' | 'severity';

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
    explanation: 'A row per SLO: objective, SLI, error budget left, burn rates, when the budget runs out, and state.',
    fields: ['lookbacks', 'groupBy', 'filters'],
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
    explanation:
      'Time series of how fast the error budget is spent; 1 spends exactly the budget by the end of the window.',
    fields: ['lookbacks', 'groupBy', 'filters'],
  },
  budget: {
    label: 'Error budget',
    group: 'Over time',
    explanation: 'Time series of the share of the error budget that is left; below 0 it is overspent.',
    fields: ['groupBy', 'filters'],
  },
  projection: {
    label: 'Projection',
    group: 'Over time',
    explanation: 'The error budget left so far, and as it will be if things go on as they do.',
    fields: ['groupBy', 'filters'],
  },
  incidents: {
    label: 'Incidents',
    group: 'What happened',
    explanation: 'The times at which budget burned fast, the greatest share of the budget first.',
    fields: ['threshold', 'groupBy', 'filters'],
  },
  contributors: {
    label: 'Contributors',
    group: 'What happened',
    explanation: 'Which values of a label burned how much of the budget, such as routes or regions.',
    fields: ['label', 'top', 'groupBy', 'filters'],
  },
  windows: {
    label: 'Closed windows',
    group: 'What happened',
    explanation: 'Past windows, a row each: objective met or missed, budget consumed, worst incident.',
    fields: ['threshold', 'groupBy', 'filters'],
  },
  burnAlert: {
    label: 'Burn-rate alert',
    group: 'Alerting',
    explanation:
      'A value per SLO and severity: how fast the budget burns for what is allowed; above 1 the alert fires.',
    fields: ['severity', 'groupBy', 'filters'],
  },
  exhaustionAlert: {
    label: 'Exhaustion alert',
    group: 'Alerting',
    explanation:
      'A value per SLO: in how many hours the error budget runs out if things go on as they do; infinite if that is not in sight.',
    fields: ['groupBy', 'filters'],
  },
  budgetAlert: {
    label: 'Budget alert',
    group: 'Alerting',
    explanation: 'A value per SLO: the share of the error budget that is consumed; at 1 nothing is left.',
    fields: ['groupBy', 'filters'],
  },
  windowAlert: {
    label: 'Window alert',
    group: 'Alerting',
    explanation:
      'A value per SLO: the share of its budget that a calendar window consumed which closed within the last day, 0 if none did; above 1 the promise was missed.',
    fields: ['lookbacks', 'groupBy', 'filters'],
  },
  noDataAlert: {
    label: 'No-data alert',
    group: 'Alerting',
    explanation: 'A value per SLO: how many minutes ago the last data came; infinite if none did.',
    fields: ['groupBy', 'filters'],
  },
  slos: {
    label: 'Definitions',
    group: 'Lists',
    explanation: 'A row per objective as it is defined, with those that cannot be read and why.',
    fields: [],
  },
};

const OPTIONAL: OptionalField[] = ['lookbacks', 'groupBy', 'filters', 'label', 'top', 'threshold', 'severity'];

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
