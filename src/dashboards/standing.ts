import { TableCellHeight } from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder as TablePanel } from '@grafana/grafana-foundation-sdk/table';

import type { Column } from './columns';
import { BAR, COLOURED, COLOURED_TEXT, HIDDEN, WRAPPED, withColumns } from './columns';
import { links, query, TO_SLO, TO_TEAM } from './parts';

const COLUMNS: Column[] = [
  { title: 'State', width: 95, properties: [COLOURED] },
  { title: 'Title', as: 'Promise', properties: [{ id: 'custom.minWidth', value: 190 }, links(TO_SLO)] },
  { title: 'SLI', width: 90 },
  { title: 'Target', width: 80 },
  { title: 'SLI yesterday', as: 'Yesterday', width: 90 },
  {
    title: 'Budget remaining',
    as: 'Budget left',
    width: 150,
    properties: [BAR, { id: 'min', value: 0 }, { id: 'max', value: 1 }],
  },
  {
    title: 'Trend #B',
    as: 'Over the time shown',
    width: 150,
    properties: [
      {
        id: 'custom.cellOptions',
        value: { type: 'sparkline', hideValue: true, lineWidth: 1, fillOpacity: 15, showPoints: 'never' },
      },
      { id: 'color', value: { mode: 'fixed', fixedColor: 'text' } },
      { id: 'min', value: 0 },
      { id: 'max', value: 1 },
    ],
  },
  { title: 'Burn rate 1h', as: 'Burn 1 h', width: 80, properties: [COLOURED_TEXT] },
  { title: 'Burn rate 1d', as: 'Burn 1 d', width: 80, properties: [COLOURED_TEXT] },
  { title: 'Exhausted at', as: 'Runs out', width: 155 },
  { title: 'Window', width: 110 },
  { title: 'Team', width: 95, properties: [links(TO_TEAM)] },
  { title: 'Owner', width: 95 },
  { title: 'Signed', width: 85, properties: [COLOURED_TEXT] },
  { title: 'Drift', width: 75, properties: [COLOURED_TEXT] },
  { title: 'Due by the policy', properties: [WRAPPED, { id: 'custom.minWidth', value: 150 }] },
  { title: 'Error', properties: [WRAPPED, { id: 'custom.minWidth', value: 110 }] },
  { title: 'SLO', properties: [HIDDEN] },
];

/** How SLOs stand, a row each, the worst first. */
export function standing(title: string, description: string, slos: string): TablePanel {
  const panel = new TablePanel()
    .title(title)
    .description(description)
    .maxDataPoints(60)
    .withTarget(query('A', { queryType: 'status', slos, lookbacks: ['1h', '1d'] }))
    .withTarget(query('B', { queryType: 'budget', slos }))
    .cellHeight(TableCellHeight.Sm)
    .withTransformation({ id: 'timeSeriesTable', options: { B: { timeField: 'time' } } })
    .withTransformation({ id: 'merge', options: {} });
  return withColumns(panel, COLUMNS);
}
