import type { Dashboard, DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard';

import { DATA_SOURCE, DATA_SOURCE_INPUT } from './parts';
import { incidents } from './incidents';
import { promises } from './promises';
import { slo } from './slo';
import { team } from './team';

const ALL: Record<string, () => DashboardBuilder> = { promises, slo, team, incidents };

/** The names of the bundled dashboards, as their files have them. */
export const NAMES = Object.keys(ALL);

/** The dashboard as the plugin brings it: whoever imports it chooses the data source. */
export function bundled(name: string): string {
  const input = {
    name: DATA_SOURCE_INPUT,
    label: 'SLO Promise',
    type: 'datasource',
    pluginId: DATA_SOURCE.type,
    pluginName: 'SLO Promise',
  };
  return write({ __inputs: [input], ...build(name) });
}

/** The dashboard of a provisioned Grafana, whose data source is known. */
export function provisioned(name: string, dataSource: string): string {
  return write(build(name)).replaceAll(DATA_SOURCE.uid, dataSource);
}

function build(name: string): Dashboard {
  const make = ALL[name];
  if (make === undefined) {
    throw new Error(`there is no dashboard ${name}`);
  }
  const built = make().build();
  const panels = (built.panels ?? []).flatMap((panel) => ('panels' in panel ? [panel, ...panel.panels] : [panel]));
  panels.forEach((panel, index) => {
    panel.id = index + 1;
  });
  return built;
}

function write(dashboard: object): string {
  return JSON.stringify(dashboard, null, 2) + '\n';
}
