import type { DataSourceJsonData } from '@grafana/data';
import type { DataQuery } from '@grafana/schema';

import type { Limits, Query, Settings, VariableQuery } from './types.gen';

export type * from './types.gen';

/** A query as panels and alert rules store it. */
export interface PromiseQuery extends Omit<DataQuery, 'queryType'>, Query {}

/** The query of a variable. */
export interface PromiseVariableQuery extends DataQuery, VariableQuery {}

/** The settings of the data source, without its secrets. */
export interface PromiseOptions extends DataSourceJsonData, Settings {
  /** Seconds, read by Grafana's HTTP client. */
  timeout?: number;
}

export type LimitName = keyof Limits;
