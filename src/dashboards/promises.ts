import { BigValueColorMode, BigValueTextMode, ReduceDataOptionsBuilder } from '@grafana/grafana-foundation-sdk/common';
import type { DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as StatPanel } from '@grafana/grafana-foundation-sdk/stat';

import { dashboard, query, UID, words } from './parts';
import { standing } from './standing';

const READING = `**A promise is kept while error budget remains.** The worst stand first. The bar is the budget that remains of the
window, the line beside it how it came to that over the time shown. A burn rate of 1 spends exactly the budget by the
window's end. No date means that no exhaustion is in sight. *Unsigned*: not everyone who should has agreed. *Drifted*:
the target is not the one that was promised. *No data* is not health: nobody knows.`;

const NOTHING = 'No SLO is defined: write definitions in the settings of the data source.';

/** The page to pass by every day; it has no variables, so that it can be shared as a public dashboard. */
export function promises(): DashboardBuilder {
  return dashboard(UID.promises, 'Promises', 'Every service level objective of everyone, the worst first.')
    .withPanel(
      new StatPanel()
        .title('How the promises stand')
        .description('How many service level objectives are in which state.')
        .withTarget(query('A', { queryType: 'status' }))
        .withTransformation({
          id: 'groupBy',
          options: {
            fields: {
              State: { operation: 'groupby', aggregations: [] },
              SLO: { operation: 'aggregate', aggregations: ['count'] },
            },
          },
        })
        .reduceOptions(new ReduceDataOptionsBuilder().values(true).fields(''))
        .textMode(BigValueTextMode.ValueAndName)
        .wideLayout(false)
        .colorMode(BigValueColorMode.None)
        .noValue(NOTHING)
        .span(12)
        .height(4)
    )
    .withPanel(words(READING).title('').description('How to read this page.').span(12).height(4))
    .withPanel(
      standing('Every promise', 'How every service level objective stands, the worst first.', '', NOTHING)
        .span(24)
        .height(22)
    );
}
