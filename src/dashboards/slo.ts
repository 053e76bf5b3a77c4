import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { GraphThresholdsStyleMode, StackingMode, StackingConfigBuilder } from '@grafana/grafana-foundation-sdk/common';
import type { AnnotationQuery, DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  QueryVariableBuilder,
  RowBuilder,
  TextBoxVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as TablePanel } from '@grafana/grafana-foundation-sdk/table';
import type { PanelBuilder as TimeSeriesPanel } from '@grafana/grafana-foundation-sdk/timeseries';

import type { PromiseQuery } from '../types';
import { burnsOf, INCIDENT_THRESHOLD } from './burns';
import type { Column } from './columns';
import { COLOURED_TEXT, MOMENT, WRAPPED, withColumns } from './columns';
import { curves, withThresholds } from './curves';
import { DATA_SOURCE, dashboard, query, UID, variableQuery } from './parts';
import { standing } from './standing';

const SLOS = '$slo';

const NO_SLO = 'There is no such SLO: choose one above.';

/** The lookbacks of the alert conditions, and what each is for. */
const LOOKBACKS = [
  { length: '1h', purpose: 'A page, while the last 5 minutes burn as fast.' },
  { length: '6h', purpose: 'A page, while the last 30 minutes burn as fast.' },
  { length: '1d', purpose: 'A ticket, while the last 2 hours burn as fast.' },
  { length: '3d', purpose: 'A ticket, while the last 6 hours burn as fast.' },
];

const CLOSED: Column[] = [
  { title: 'Start', width: 145, properties: [MOMENT] },
  { title: 'End', width: 145, properties: [MOMENT] },
  { title: 'Objective', width: 100 },
  { title: 'Promise', width: 90, properties: [COLOURED_TEXT] },
  { title: 'Target', as: 'Target then', width: 100 },
  { title: 'SLI', width: 90 },
  { title: 'Budget consumed', width: 130 },
  { title: 'Bad events', width: 95 },
  { title: 'Total events', width: 95 },
  { title: 'Coverage', as: 'Data for', width: 90 },
  { title: 'Worst incident', width: 145, properties: [MOMENT] },
  { title: 'Worst incident share', as: 'Its share', width: 90 },
];

const PROMISE: Column[] = [
  { title: 'Objective', width: 85 },
  { title: 'Target', width: 70 },
  { title: 'Promised target', as: 'Promised', width: 80 },
  { title: 'Drift', width: 70, properties: [COLOURED_TEXT] },
  { title: 'Signed', width: 80, properties: [COLOURED_TEXT] },
  { title: 'Agreed by', properties: [WRAPPED, { id: 'custom.minWidth', value: 180 }] },
  { title: 'Not agreed by', width: 110, properties: [WRAPPED] },
  { title: 'Reason', properties: [WRAPPED, { id: 'custom.minWidth', value: 180 }] },
  { title: 'Owner', width: 80 },
  { title: 'Contact', width: 120 },
  { title: 'Depends on', width: 95, properties: [WRAPPED] },
  { title: 'Runbook', width: 90 },
  { title: 'Repository', width: 90 },
  { title: 'Channel', width: 90 },
];

const CONTRIBUTORS = {
  id: 'organize',
  options: {
    excludeByName: Object.fromEntries(
      ['SLO', 'Title', 'Service', 'Team', 'Label', 'Others', 'Objective'].map((name) => [name, true])
    ),
    indexByName: {},
    renameByName: { 'Share of bad events': 'Of the bad' },
    includeByName: {},
  },
};

/** One promise in depth. */
export function slo(): DashboardBuilder {
  const built = dashboard(UID.slo, 'SLO', 'One service level objective in depth.')
    .withVariable(
      new QueryVariableBuilder('slo')
        .label('SLO')
        .datasource(DATA_SOURCE)
        .query(variableQuery({ kind: 'slos', slos: '' }))
        .refresh(VariableRefresh.OnDashboardLoad)
        .sort(VariableSort.AlphabeticalCaseInsensitiveAsc)
    )
    .withVariable(
      new TextBoxVariableBuilder('label')
        .label('Contributors by label')
        .description('A label of the series, such as route or instance.')
        .defaultValue('instance')
    )
    .annotation(drawn('Incidents', 'orange', { queryType: 'incidents', slos: SLOS, threshold: INCIDENT_THRESHOLD }))
    .annotation(drawn('Window ends', 'blue', { queryType: 'windows', slos: SLOS }))
    .withPanel(
      standing('How it stands', 'The state of the promise, a row for each objective and group.', SLOS, NO_SLO)
        .span(24)
        .height(5)
    )
    .withPanel(
      budgetOf(
        curves(
          'Budget left',
          'The share of the error budget that was left. The ideal line is what a burn rate of 1 would leave; a calendar window begins with all of its budget.',
          { queryType: 'projection', slos: SLOS }
        )
      )
        .span(17)
        .height(11)
    )
    .withPanel(
      budgetOf(
        curves(
          'What comes, if it goes on like this',
          'What will be left if traffic is as usual and errors are as of late, from now on. A rolling window gets back what its oldest errors took; a calendar window begins anew.',
          { queryType: 'projection', slos: SLOS }
        )
      )
        .timeFrom('+28d')
        .span(7)
        .height(11)
    )
    .withPanel(
      withThresholds(
        curves('SLI', 'The share of good events, and the target as a line.', { queryType: 'sli', slos: SLOS }),
        GraphThresholdsStyleMode.Dashed
      )
        .span(12)
        .height(9)
    )
    .withPanel(
      curves('Events', 'Good and bad events per second.', { queryType: 'events', slos: SLOS })
        .lineWidth(0)
        .fillOpacity(70)
        .axisSoftMin(0)
        .stacking(new StackingConfigBuilder().mode(StackingMode.Normal))
        .span(12)
        .height(9)
    );
  for (const { length, purpose } of LOOKBACKS) {
    built.withPanel(
      withThresholds(
        curves(
          `Burn rate over ${length}`,
          `How fast the budget burned; the lines are 1 and where the alert fires. ${purpose}`,
          {
            queryType: 'burnRate',
            slos: SLOS,
            lookbacks: [length],
          }
        ),
        GraphThresholdsStyleMode.Dashed
      )
        .axisSoftMin(0)
        .axisSoftMax(2)
        .span(6)
        .height(8)
    );
  }
  return built
    .withPanel(
      burnsOf('Incidents', 'When the budget burned fast in the time shown, the greatest share first.', SLOS)
        .span(15)
        .height(9)
    )
    .withPanel(
      new TablePanel()
        .title('Contributors by $label')
        .description('Which values of the label burned how much of the budget in the time shown.')
        .withTarget(query('A', { queryType: 'contributors', slos: SLOS, label: '$label', top: 10 }))
        .withTransformation(CONTRIBUTORS)
        .noValue('Nothing burned in the time shown.')
        .overrideByRegexp('/^(Bad events|Total events|Budget share|Of the bad)$/', [{ id: 'custom.width', value: 100 }])
        .span(9)
        .height(9)
    )
    .withPanel(
      withColumns(
        new TablePanel()
          .title('Closed windows')
          .description('The windows of the last 200 days that are over, judged by the target that was in force.')
          .withTarget(query('A', { queryType: 'windows', slos: SLOS, threshold: INCIDENT_THRESHOLD }))
          .timeFrom('200d')
          .noValue('No window has closed yet.'),
        CLOSED
      )
        .span(24)
        .height(8)
    )
    .withRow(new RowBuilder('The promise'))
    .withPanel(
      withColumns(
        new TablePanel()
          .title('Who promised what')
          .description('The promise, who agreed to it, and why it is what it is.')
          .withTarget(query('A', { queryType: 'slos', slos: SLOS }))
          .noValue(NO_SLO),
        PROMISE
      )
        .span(24)
        .height(6)
    );
}

function budgetOf(panel: TimeSeriesPanel): TimeSeriesPanel {
  return panel
    .axisSoftMin(0)
    .axisSoftMax(1)
    .overrideByRegexp('/projected$/', [{ id: 'custom.lineStyle', value: { fill: 'dash', dash: [8, 8] } }])
    .overrideByRegexp('/ideal$/', [
      { id: 'custom.lineStyle', value: { fill: 'dot', dash: [0, 8] } },
      { id: 'color', value: { mode: 'fixed', fixedColor: 'text' } },
    ]);
}

function drawn(name: string, iconColor: string, asked: Omit<PromiseQuery, 'refId'>): Builder<AnnotationQuery> {
  const target = { ...asked, refId: 'Anno' } as unknown as AnnotationQuery['target'];
  return { build: () => ({ name, iconColor, enable: true, datasource: DATA_SOURCE, target }) };
}
