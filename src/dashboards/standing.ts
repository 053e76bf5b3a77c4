import { TableCellHeight } from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder as TablePanel } from '@grafana/grafana-foundation-sdk/table';

import type { Column } from './columns';
import { BAR, COLOURED, COLOURED_TEXT, WRAPPED, withColumns } from './columns';
import { links, query, TO_SLO, TO_TEAM } from './parts';

const COLUMNS: Column[] = [
  { field: 'state', title: 'State', width: 95, properties: [COLOURED] },
  { field: 'title', title: 'Title', properties: [{ id: 'custom.minWidth', value: 200 }, links(TO_SLO)] },
  { field: 'sli', title: 'SLI', width: 90 },
  { field: 'target', title: 'Target', width: 80 },
  { field: 'yesterdaySLI', title: 'SLI yesterday', width: 110 },
  {
    field: 'budgetRemaining',
    title: 'Budget remaining',
    width: 170,
    properties: [BAR, { id: 'min', value: 0 }, { id: 'max', value: 1 }],
  },
  {
    field: 'Trend #B',
    title: 'Trend',
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
  { field: 'burnRate1h', title: 'Burn rate 1h', width: 95, properties: [COLOURED_TEXT] },
  { field: 'burnRate1d', title: 'Burn rate 1d', width: 95, properties: [COLOURED_TEXT] },
  { field: 'exhaustsAt', title: 'Exhausted at', width: 150 },
  { field: 'window', title: 'Window', width: 110 },
  { field: 'team', title: 'Team', width: 95, properties: [links(TO_TEAM)] },
  { field: 'owner', title: 'Owner', width: 95 },
  { field: 'signed', title: 'Signed', width: 85, properties: [COLOURED_TEXT] },
  { field: 'drift', title: 'Drift', width: 75, properties: [COLOURED_TEXT] },
  { field: 'due', title: 'Due by the policy', properties: [WRAPPED, { id: 'custom.minWidth', value: 160 }] },
  { field: 'error', title: 'Error', properties: [WRAPPED, { id: 'custom.minWidth', value: 120 }] },
  { field: 'slo', title: 'SLO', properties: [{ id: 'custom.hideFrom', value: { viz: true } }] },
];

/** How SLOs stand, a row each, the worst first. */
export function standing(title: string, description: string, slos: string, leaveOut: string[] = []): TablePanel {
  const panel = new TablePanel()
    .title(title)
    .description(description)
    .maxDataPoints(60)
    .withTarget(query('A', { queryType: 'status', slos, lookbacks: ['1h', '1d'] }))
    .withTarget(query('B', { queryType: 'budget', slos }))
    .cellHeight(TableCellHeight.Sm)
    .withTransformation({ id: 'timeSeriesTable', options: { B: { timeField: 'time' } } })
    .withTransformation({ id: 'merge', options: {} });
  return withColumns(
    panel,
    COLUMNS.filter((column) => !leaveOut.includes(column.field))
  );
}
