import type { ListedSLO, PromiseQuery, QueryType } from '../../types';

/** A question that a type of query answers, and what the query needs for it beside its type and the SLOs. */
export interface Example {
  question: string;
  fields?: Partial<PromiseQuery>;
}

export const EXAMPLES: Record<QueryType, Example> = {
  status: { question: 'What is the state of each SLO?' },
  summary: { question: 'How many SLOs page somebody now, and how many are exhausted, burning, or at risk?' },
  sli: { question: 'What was the SLI over the last day, over time?', fields: { lookbacks: ['1d'] } },
  events: { question: 'How many events are there, and how many are bad?' },
  burnRate: { question: 'How fast did the budget burn over 1 and 6 hours?', fields: { lookbacks: ['1h', '6h'] } },
  budget: { question: 'How much budget remained over time?' },
  projection: { question: 'Will the budget last?' },
  days: { question: 'On which days did the budget burn?' },
  incidents: { question: 'What burned at least 5 % of the budget?', fields: { minShare: 0.05 } },
  outages: { question: 'Which outages did each service have?' },
  contributors: { question: 'Which 5 instances burned the most?', fields: { label: 'instance', top: 5 } },
  windows: { question: 'Which windows met their objective?' },
  kept: { question: 'How many windows in a row were kept?' },
  targets: { question: 'Which target should we promise?', fields: { targets: [0.997] } },
  gate: { question: 'May we deploy?' },
  reviews: { question: 'Which misses were reviewed, and what changed?' },
  gateHistory: { question: 'When was the gate closed?' },
  burnAlert: { question: 'Does the budget burn too fast? Alert above 1' },
  exhaustionAlert: { question: 'Is the budget about to run out? Alert below 24' },
  budgetAlert: { question: 'Is most of the budget consumed? Alert above 0.8' },
  windowAlert: { question: 'Was a promise missed yesterday? Alert above 1' },
  noDataAlert: { question: 'Are metrics missing? Alert above 30' },
  gateAlert: { question: 'Did a gate close? Alert above 0' },
  reviewAlert: { question: 'Is a review or its change overdue? Alert above 0' },
  slos: { question: 'Which objectives are defined, and which are invalid?' },
};

/** A way to select SLOs. */
export interface SelectionExample {
  slos: string;
  meaning: string;
}

/** Ways to select SLOs, with the names of one that is there. */
export function selectionExamples(slo: ListedSLO | undefined): SelectionExample[] {
  const { name = 'checkout-availability', team = '', service = '' } = slo ?? {};
  return [
    { slos: name, meaning: 'One SLO, by its name.' },
    {
      slos: `{team="${team || 'payments'}"}`,
      meaning: 'All that match; the labels are slo, service, team, objective and those of definitions.',
    },
    {
      slos: `{service=~"${service || 'checkout'}|search", team!=""}`,
      meaning: 'Several matchers, as in PromQL; all must match.',
    },
    {
      slos: `{neededBy="${team || 'payments'}"}`,
      meaning: 'The SLOs that a team depends on.',
    },
  ];
}
