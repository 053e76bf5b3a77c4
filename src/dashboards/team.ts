import {
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
  type DashboardBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';

import { burns } from './burns';
import { DATA_SOURCE, dashboard, UID, variableQuery } from './parts';
import { standing } from './standing';

const OWN = '{team="$team"}';

/** A team's own page; "promise grafana sync" makes a copy for each team, with the variable fixed. */
export function team(): DashboardBuilder {
  return dashboard(UID.team, 'Team', 'The promises of a team, and those of the services that it depends on.')
    .withVariable(
      new QueryVariableBuilder('team')
        .label('Team')
        .datasource(DATA_SOURCE)
        .query(variableQuery({ kind: 'teams', slos: '' }))
        .refresh(VariableRefresh.OnDashboardLoad)
        .sort(VariableSort.AlphabeticalCaseInsensitiveAsc)
    )
    .withPanel(
      standing(
        'What $team promises',
        'The SLOs of the team, the worst first.',
        OWN,
        'No SLO has the label team with this value.'
      )
        .span(24)
        .height(10)
    )
    .withPanel(
      standing(
        'What $team depends on',
        'The SLOs of the services that its promises name under dependsOn. Services without an SLO are named in the corner of the panel.',
        '{neededBy="$team"}',
        'No promise of the team names services under dependsOn, or none of them has an SLO.'
      )
        .span(24)
        .height(8)
    )
    .withPanel(
      burns('What burned its budgets', 'The incidents of its SLOs in the time shown, the greatest share first.', OWN)
        .span(24)
        .height(10)
    );
}
