import type { DataSourceInstanceSettings } from '@grafana/data';
import type { TemplateSrv } from '@grafana/runtime';

import { DataSourceWithEditors } from '../dataSourceWithEditors';
import type { ListedSLO, PromiseOptions } from '../types';

/** Values of variables as a dashboard has them: a list where several are chosen. */
export type Values = Record<string, string | string[]>;

/** A TemplateSrv that knows the variables and treats them as Grafana does. */
export function templates(values: Values = {}, customAll: Record<string, string> = {}): TemplateSrv {
  const replaced = (reference: string, name: string, format: unknown) => {
    const given = customAll[name];
    const value = values[name];
    if (given !== undefined || value === undefined) {
      return given ?? reference;
    }
    return typeof format === 'function' ? String((format as (v: unknown) => unknown)(value)) : [value].flat().join(',');
  };
  return {
    getVariables: () => Object.keys(values).map((name) => ({ name })),
    replace: (text: string, _: unknown, format: unknown) =>
      text.replace(/\$(\w+)|\$\{(\w+)\}|\[\[(\w+)\]\]/g, (reference, a?: string, b?: string, c?: string) =>
        replaced(reference, a ?? b ?? c ?? '', format)
      ),
  } as unknown as TemplateSrv;
}

/** An SLO as the backend lists it. */
export function listedSLO(name: string, rest: Partial<ListedSLO> = {}): ListedSLO {
  return {
    name,
    title: name,
    description: '',
    service: 'shop',
    team: 'payments',
    labels: {},
    window: '30d',
    method: 'Occurrences',
    groupBy: [],
    objectives: [{ name: 'main', title: 'main', target: 0.999 }],
    definition: `${name}.yaml:1`,
    ...rest,
  };
}

/** What the backend's resources answer, by path. */
export type Resources = Record<string, unknown>;

interface Backend {
  source: DataSourceWithEditors;
  /** The requests for resources, as "GET slos?slos=checkout". */
  requests: string[];
}

/** A data source whose backend answers with the resources; others fail as they do in Grafana. */
export function backend(resources: Resources, values: Values = {}, customAll: Record<string, string> = {}): Backend {
  const requests: string[] = [];
  const settings = { id: 1, uid: 'promise', type: 'promise-slo-datasource', name: 'Promise', jsonData: {}, meta: {} };
  const source = new DataSourceWithEditors(
    settings as unknown as DataSourceInstanceSettings<PromiseOptions>,
    templates(values, customAll)
  );
  const answer = <T>(path: string): Promise<T> =>
    path in resources
      ? Promise.resolve(resources[path] as T)
      : Promise.reject(new Error(`there is no resource ${path}`));
  source.getResource = (path: string, params: Record<string, string | string[]> = {}) => {
    const pairs = Object.entries(params).flatMap(([name, values]) => [values].flat().map((value) => [name, value]));
    requests.push(`GET ${path}?${new URLSearchParams(pairs).toString()}`.replace(/\?$/, ''));
    return answer(path);
  };
  source.postResource = (path: string, data: unknown) => {
    requests.push(`POST ${path} ${String(data)}`);
    return answer(path);
  };
  return { source, requests };
}
