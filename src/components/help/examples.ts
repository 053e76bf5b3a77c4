import type { ListedSLO, PromiseQuery, QueryType } from '../../types';

/** A question that a type of query answers, and what the query needs for it beside its type and the SLOs. */
export interface Example {
  question: string;
  fields?: Partial<PromiseQuery>;
}

export const EXAMPLES: Record<QueryType, Example> = {
  status: { question: 'How does each promise stand?' },
  sli: { question: 'How good was the day before each moment?', fields: { lookbacks: ['1d'] } },
  events: { question: 'How much is asked for, and how much of it goes wrong?' },
  burnRate: { question: 'How fast did the budget burn, over 1 and 6 hours?', fields: { lookbacks: ['1h', '6h'] } },
  budget: { question: 'How much of the budget was left at any time?' },
  projection: { question: 'Will the budget last?' },
  incidents: { question: 'What burned budget at least 6 times too fast?', fields: { threshold: 6 } },
  contributors: { question: 'Which 5 instances burned the most?', fields: { label: 'instance', top: 5 } },
  windows: { question: 'In which windows was the promise kept?' },
  burnAlert: { question: 'Must somebody act? Alert above 1' },
  exhaustionAlert: { question: 'Is the budget about to run out? Alert below 24' },
  budgetAlert: { question: 'Is most of the budget consumed? Alert above 0.8' },
  windowAlert: { question: 'Was a promise missed yesterday? Alert above 1' },
  noDataAlert: { question: 'Do the metrics still come in? Alert above 30' },
  slos: { question: 'What is promised, and what cannot be read?' },
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
      meaning: 'All that match: by slo, service, team, objective and the labels of definitions.',
    },
    {
      slos: `{service=~"${service || 'checkout'}|search", team!=""}`,
      meaning: 'Several matchers, written as in PromQL; all of them must match.',
    },
    {
      slos: `{neededBy="${team || 'payments'}"}`,
      meaning: 'What the promises of a team depend on, whoever owns it.',
    },
  ];
}
