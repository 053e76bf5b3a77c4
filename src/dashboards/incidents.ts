import type { DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard';

import { burns } from './burns';
import { curves } from './curves';
import { dashboard, UID, words } from './parts';

const READING = `An **incident** is a time at which error budget burned at least six times as fast as it may. Its share is that of the
whole window's budget. What burned more slowly is in no row here; it is in the line of the budget all the same.`;

/** What burned the budgets of all, over the time shown. */
export function incidents(): DashboardBuilder {
  return dashboard(UID.incidents, 'Incidents', 'What burned the error budgets of all, the greatest share first.')
    .withPanel(words(READING).title('').description('How to read this page.').span(24).height(2))
    .withPanel(
      burns('What burned the budgets', 'Every incident of every SLO in the time shown, the greatest share first.', '')
        .span(24)
        .height(14)
    )
    .withPanel(
      curves('Budget left', 'The share of the error budget that was left; below 0 it was overspent.', {
        queryType: 'budget',
      })
        .span(12)
        .height(11)
    )
    .withPanel(
      curves('Burn rate over 6 hours', 'How fast each budget burned; 1 spends exactly the budget.', {
        queryType: 'burnRate',
        lookbacks: ['6h'],
      })
        .span(12)
        .height(11)
    );
}
