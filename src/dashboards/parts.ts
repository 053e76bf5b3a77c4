import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import {
  DashboardBuilder,
  DashboardLinkBuilder,
  DashboardLinkType,
  type DynamicConfigValue,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as TextPanel } from '@grafana/grafana-foundation-sdk/text';

import type { PromiseQuery, PromiseVariableQuery } from '../types';

/** What Grafana puts the chosen data source in for when it imports a dashboard. */
export const DATA_SOURCE_INPUT = 'DS_PROMISE';

export const DATA_SOURCE = { type: 'promise-slo-datasource', uid: `\${${DATA_SOURCE_INPUT}}` };

/** The dashboards' uids, by which they link to each other. */
export const UID = {
  promises: 'promise-promises',
  slo: 'promise-slo',
  team: 'promise-team',
  incidents: 'promise-incidents',
};

/** A query of a panel. */
export function query(refId: string, asked: Omit<PromiseQuery, 'refId'>): Builder<Dataquery> {
  const built = { ...asked, refId, datasource: DATA_SOURCE };
  return { build: () => built as unknown as Dataquery };
}

/** The query of a variable, as the variable editor writes it. */
export function variableQuery(asked: Omit<PromiseVariableQuery, 'refId'>): Record<string, unknown> {
  return { ...asked, refId: 'variable' };
}

/** An address of a dashboard that keeps the time range. */
export function address(uid: string, ...variables: string[]): string {
  return `/d/${uid}?${[...variables, '${__url_time_range}'].join('&')}`;
}

/** Links of a field. */
export function links(...all: Array<{ title: string; url: string; targetBlank?: boolean }>): DynamicConfigValue {
  return { id: 'links', value: all };
}

/** What links to the page of the SLO of a row. */
export const TO_SLO = { title: 'Show this SLO', url: address(UID.slo, 'var-slo=${__data.fields.slo:percentencode}') };

/** What links to the page of the team of a row. */
export const TO_TEAM = {
  title: 'Show this team',
  url: address(UID.team, 'var-team=${__data.fields.team:percentencode}'),
};

/** A panel of words. */
export function words(content: string): TextPanel {
  return new TextPanel().content(content).transparent(true);
}

const PAGES: Array<{ uid: string; title: string; tooltip: string }> = [
  { uid: UID.promises, title: 'Promises', tooltip: 'Every SLO of everyone, the worst first' },
  { uid: UID.slo, title: 'SLO', tooltip: 'One SLO in depth' },
  { uid: UID.team, title: 'Team', tooltip: 'The SLOs of a team, and of what it depends on' },
  { uid: UID.incidents, title: 'Incidents', tooltip: 'What burned the error budgets' },
];

/** A dashboard with links to the others. */
export function dashboard(uid: string, title: string, description: string): DashboardBuilder {
  const built = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(['slo', 'promise'])
    .readonly()
    .timezone('browser')
    .time({ from: 'now-30d', to: 'now' })
    .refresh('1m');
  for (const page of PAGES.filter((other) => other.uid !== uid)) {
    built.link(
      new DashboardLinkBuilder(page.title)
        .type(DashboardLinkType.Link)
        .url(`/d/${page.uid}`)
        .tooltip(page.tooltip)
        .keepTime(true)
    );
  }
  return built;
}
