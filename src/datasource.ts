import {
  type AdHocVariableFilter,
  CoreApp,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceGetTagValuesOptions,
  type DataSourceInstanceSettings,
  type MetricFindValue,
  type ScopedVars,
} from '@grafana/data';
import { DataSourceWithBackend, getTemplateSrv, type TemplateSrv } from '@grafana/runtime';

import { type Observable, tap } from 'rxjs';

import { labelOptions } from './labelOptions';
import { interpolate, interpolateSelection } from './interpolation';
import { isComplete, isQueryType, QUERY_TYPES } from './queryTypes';
import { reachAhead } from './timeRange';
import type { Counting, Filter, ListedSLO, PromiseOptions, PromiseQuery, Verdict } from './types';
import { Expansion, type Replace } from './variableReferences';

/** The data source: queries are answered by the backend, editors are helped by its resources. */
export class PromiseDataSource extends DataSourceWithBackend<PromiseQuery, PromiseOptions> {
  constructor(
    settings: DataSourceInstanceSettings<PromiseOptions>,
    private readonly templates: TemplateSrv = getTemplateSrv()
  ) {
    super(settings);
  }

  override getDefaultQuery(app: CoreApp): Partial<PromiseQuery> {
    const alerting = app === CoreApp.UnifiedAlerting || app === CoreApp.CloudAlerting;
    return { queryType: alerting ? 'burnAlert' : 'status', slos: '' };
  }

  override filterQuery(query: PromiseQuery): boolean {
    return isComplete(query);
  }

  override getQueryDisplayText(query: PromiseQuery): string {
    const type = isQueryType(query.queryType) ? QUERY_TYPES[query.queryType].label : 'No query type';
    return query.slos ? `${type}: ${query.slos}` : type;
  }

  override query(request: DataQueryRequest<PromiseQuery>): Observable<DataQueryResponse> {
    return super.query(request).pipe(
      tap((response) => {
        reachAhead(request, response);
      })
    );
  }

  override applyTemplateVariables(
    query: PromiseQuery,
    scopedVars: ScopedVars,
    filters?: AdHocVariableFilter[]
  ): PromiseQuery {
    const interpolated = interpolate(query, this.replacing(scopedVars));
    return filters?.length ? { ...interpolated, adhocFilters: filters.map(adhocFilter) } : interpolated;
  }

  override async getTagKeys(): Promise<MetricFindValue[]> {
    // A server that is down has no labels, but the SLOs can be filtered all the same.
    const [ofSLOs, ofEvents] = await Promise.all([this.listLabels(), this.listEventLabels().catch(() => [])]);
    return labelOptions(ofSLOs, ofEvents).map(({ value, group }) => ({ text: value, group }));
  }

  override async getTagValues(options: DataSourceGetTagValuesOptions<PromiseQuery>): Promise<MetricFindValue[]> {
    return (await this.listValues(options.key)).map((text) => ({ text }));
  }

  /** The variables of the dashboard as they are written in a query. */
  variableNames(): string[] {
    return this.templates.getVariables().map(({ name }) => `$${name}`);
  }

  listSLOs(slos = '', scopedVars: ScopedVars = {}): Promise<ListedSLO[]> {
    return this.ask('slos', { slos: interpolateSelection(slos, this.replacing(scopedVars)) });
  }

  listServices(slos = '', scopedVars: ScopedVars = {}): Promise<string[]> {
    return this.ask('services', { slos: interpolateSelection(slos, this.replacing(scopedVars)) });
  }

  listTeams(slos = '', scopedVars: ScopedVars = {}): Promise<string[]> {
    return this.ask('teams', { slos: interpolateSelection(slos, this.replacing(scopedVars)) });
  }

  /** The names that SLOs can be selected by. */
  listLabels(): Promise<string[]> {
    return this.ask('labels');
  }

  /** The labels of the metrics behind SLOs by which their events can be told apart. */
  listEventLabels(slos = '', scopedVars: ScopedVars = {}): Promise<string[]> {
    return this.ask('eventlabels', { slos: interpolateSelection(slos, this.replacing(scopedVars)) });
  }

  /**
   * The values of a name that SLOs can be selected by, or else of a label of
   * the server's series; with a selection only those of its SLOs and their
   * series.
   */
  async listValues(label: string, scopedVars: ScopedVars = {}, slos = ''): Promise<string[]> {
    const replace = this.replacing(scopedVars);
    const selection = interpolateSelection(slos, replace);
    const values = await Promise.all(
      Expansion.of(label, replace)
        .all()
        .map((name) =>
          this.ask<string[]>(`labels/${encodeURIComponent(name)}/values`, selection ? { slos: selection } : undefined)
        )
    );
    return [...new Set(values.flat())];
  }

  /** Those of the addresses that are the asked server's. */
  whichServer(urls: string[]): Promise<string[]> {
    return this.ask('server', { url: urls });
  }

  /** Says what is wrong with a document; nothing of it is kept. */
  validate(document: string): Promise<Verdict> {
    return this.postResource('validate', document, { headers: { 'Content-Type': 'text/yaml' }, showErrorAlert: false });
  }

  /** The PromQL by which the events of an SLO are counted. */
  preview(slo: string): Promise<Counting[]> {
    return this.ask('preview', { slo });
  }

  /** Asks a resource; who asks shows what fails where it belongs, so that Grafana need not. */
  private ask<T>(path: string, params?: Record<string, string | string[]>): Promise<T> {
    return this.getResource<T>(path, params, { showErrorAlert: false });
  }

  private replacing(scopedVars: ScopedVars): Replace {
    return (text, format) => this.templates.replace(text, scopedVars, format);
  }
}

function adhocFilter({ key, operator, value, values }: AdHocVariableFilter): Filter {
  return { key, operator, value, values };
}
