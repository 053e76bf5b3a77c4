import { TableCellHeight } from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder as TablePanel } from '@grafana/grafana-foundation-sdk/table';

import type { Column } from './columns';
import { BAR, COLOURED, COLOURED_TEXT, HIDDEN, MOMENT, withColumns } from './columns';
import { links, query, TO_SLO, TO_TEAM } from './parts';

const COLUMNS: Column[] = [
  { title: 'State', width: 90, properties: [COLOURED] },
  { title: 'Title', as: 'Promise', properties: [{ id: 'custom.minWidth', value: 210 }, links(TO_SLO)] },
  { title: 'SLI', width: 80 },
  { title: 'Target', width: 70 },
  { title: 'SLI yesterday', as: 'Yesterday', width: 85 },
  {
    title: 'Budget remaining',
    as: 'Budget left',
    width: 140,
    properties: [BAR, { id: 'min', value: 0 }, { id: 'max', value: 1 }],
  },
  {
    title: 'Trend #B',
    as: 'Trend',
    width: 140,
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
  { title: 'Burn rate 1h', as: 'Burn 1 h', width: 72, properties: [COLOURED_TEXT] },
  { title: 'Burn rate 1d', as: 'Burn 1 d', width: 72, properties: [COLOURED_TEXT] },
  { title: 'Runs out', width: 145, properties: [MOMENT] },
  { title: 'Team', width: 82, properties: [links(TO_TEAM)] },
  { title: 'Owner', width: 82 },
  { title: 'Signed', width: 78, properties: [COLOURED_TEXT] },
  { title: 'Drift', width: 65, properties: [COLOURED_TEXT] },
  { title: 'Policy action', width: 250 },
  { title: 'Window', width: 180 },
  { title: 'Error', width: 500 },
  { title: 'SLO', properties: [HIDDEN] },
];

/** How SLOs stand, a row each, the worst first. */
export function standing(title: string, description: string, slos: string, nothing: string): TablePanel {
  const panel = new TablePanel()
    .title(title)
    .description(description)
    .noValue(nothing)
    .maxDataPoints(60)
    .withTarget(query('A', { queryType: 'status', slos, lookbacks: ['1h', '1d'] }))
    .withTarget(query('B', { queryType: 'budget', slos }))
    .cellHeight(TableCellHeight.Sm)
    // A table of one row, or whose times happen to grow, would be taken for a time series too.
    .withTransformation({
      id: 'timeSeriesTable',
      filter: { id: 'byRefId', options: 'B' },
      options: { B: { timeField: 'time' } },
    })
    .withTransformation({ id: 'merge', options: {} });
  return withColumns(panel, COLUMNS);
}
