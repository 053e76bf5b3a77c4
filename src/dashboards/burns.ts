import { PanelBuilder as TablePanel } from '@grafana/grafana-foundation-sdk/table';

import type { Column } from './columns';
import { COLOURED_TEXT, HIDDEN, MOMENT, WRAPPED, withColumns } from './columns';
import { links, query, TO_SLO, TO_TEAM, UID } from './parts';

/** The burn rate from which on dashboards tell of incidents: 5 % of a budget of 30 days in 6 hours. */
export const INCIDENT_THRESHOLD = 6;

const AROUND = {
  title: 'Show the SLO at that time',
  url: `/d/${UID.slo}?var-slo=\${__data.fields.slo:percentencode}&from=\${__data.fields.time.numeric}&to=\${__data.fields.timeEnd.numeric}`,
};

const COLUMNS: Column[] = [
  { title: 'Start', width: 145, properties: [MOMENT, links(AROUND)] },
  { title: 'End', width: 145, properties: [MOMENT] },
  { title: 'Title', as: 'Promise', properties: [{ id: 'custom.minWidth', value: 170 }, links(TO_SLO)] },
  { title: 'Duration', width: 90 },
  { title: 'Budget share', width: 105 },
  { title: 'Bad events', width: 100 },
  { title: 'Peak burn rate', as: 'Peak burn', width: 95, properties: [COLOURED_TEXT] },
  { title: 'Team', width: 95, properties: [links(TO_TEAM)] },
  { title: 'Text', as: 'What happened', properties: [WRAPPED, { id: 'custom.minWidth', value: 220 }] },
  { title: 'SLO', properties: [HIDDEN] },
];

/** What is left out on the page of one SLO. */
const KNOWN = ['Title', 'Team'];

/** The incidents of SLOs, a row each, the greatest share of a budget first. */
export function burns(title: string, description: string, slos: string, columns = COLUMNS): TablePanel {
  const panel = new TablePanel()
    .title(title)
    .description(description)
    .withTarget(query('A', { queryType: 'incidents', slos, threshold: INCIDENT_THRESHOLD }))
    .noValue('Nothing burned that fast in the time shown.');
  return withColumns(panel, columns);
}

/** The incidents of one SLO. */
export function burnsOf(title: string, description: string, slo: string): TablePanel {
  return burns(
    title,
    description,
    slo,
    COLUMNS.filter((column) => !KNOWN.includes(column.title))
  );
}
