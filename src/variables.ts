import {
  CustomVariableSupport,
  type DataQueryRequest,
  type DataQueryResponse,
  type MetricFindValue,
} from '@grafana/data';
import { from, map, type Observable } from 'rxjs';

import { VariableEditor } from './components/VariableEditor';
import type { PromiseDataSource } from './datasource';
import type { ListedSLO, PromiseOptions, PromiseQuery, PromiseVariableQuery } from './types';

const NEW: Omit<PromiseVariableQuery, 'queryType'> = { refId: 'PromiseVariable', kind: 'slos', slos: '' };

/** Query variables: the names of SLOs, objectives, services, teams, or the values of a label. */
export class PromiseVariableSupport extends CustomVariableSupport<
  PromiseDataSource,
  PromiseVariableQuery,
  PromiseQuery,
  PromiseOptions
> {
  override editor = VariableEditor;

  constructor(private readonly source: PromiseDataSource) {
    super();
  }

  /** What a new variable lists; without a query, Grafana would ask nothing. */
  override getDefaultQuery(): Partial<PromiseQuery> {
    return NEW;
  }

  override query(request: DataQueryRequest<PromiseVariableQuery>): Observable<DataQueryResponse> {
    return from(this.values(request)).pipe(map((data) => ({ data })));
  }

  private async values({ targets, scopedVars }: DataQueryRequest<PromiseVariableQuery>): Promise<MetricFindValue[]> {
    const { kind = 'slos', slos, label = '' } = targets[0] ?? {};
    switch (kind) {
      case 'slos':
        return (await this.source.listSLOs(slos, scopedVars)).map(({ name }) => ({ text: name, value: name }));
      case 'objectives':
        return distinct((await this.source.listSLOs(slos, scopedVars)).flatMap(objectiveNames)).map(value);
      case 'services':
        return (await this.source.listServices(slos, scopedVars)).map(value);
      case 'teams':
        return (await this.source.listTeams(slos, scopedVars)).map(value);
      case 'values':
        return label ? (await this.source.listValues(label, scopedVars, slos)).map(value) : [];
    }
  }
}

function objectiveNames({ objectives }: ListedSLO): string[] {
  return objectives.map(({ name }) => name);
}

function distinct(texts: string[]): string[] {
  return [...new Set(texts)].sort();
}

function value(text: string): MetricFindValue {
  return { text, value: text };
}
