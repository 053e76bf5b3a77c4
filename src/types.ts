import type { DataSourceJsonData } from '@grafana/data';
import type { DataQuery } from '@grafana/schema';

/** The types of queries, as the backend knows them. */
export type QueryType =
  | 'status'
  | 'sli'
  | 'events'
  | 'burnRate'
  | 'budget'
  | 'projection'
  | 'incidents'
  | 'contributors'
  | 'windows'
  | 'burnAlert'
  | 'exhaustionAlert'
  | 'budgetAlert'
  | 'windowAlert'
  | 'noDataAlert'
  | 'slos';

/** How soon somebody must look at an alert. */
export type Severity = 'page' | 'ticket';

/** An ad hoc filter as Grafana has it; values belong to the operators =| and !=|. */
export interface Filter {
  key: string;
  operator: string;
  value: string;
  values?: string[];
}

/** A query as panels and alert rules keep it and as the backend reads it. */
export interface PromiseQuery extends DataQuery {
  queryType?: QueryType;
  /** The name of an SLO, or label matchers such as {team="payments"}; empty selects all. */
  slos?: string;
  objective?: string;
  /** Durations as PromQL writes them, such as 1h. */
  lookbacks?: string[];
  groupBy?: string[];
  filters?: Filter[];
  /** Those of the dashboard, put in when the query is sent. */
  adhocFilters?: Filter[];
  label?: string;
  /** How many contributors are listed; 0 lists all. */
  top?: number;
  /** The burn rate from which on incidents are told; 0 is 1. */
  threshold?: number;
  /** The only severity for which burnAlert has values; none means both. */
  severity?: Severity;
}

/** What a query variable lists. */
export type VariableKind = 'slos' | 'objectives' | 'services' | 'teams' | 'values';

/** The query of a variable. */
export interface PromiseVariableQuery extends DataQuery {
  kind?: VariableKind;
  /** The SLOs that the list is of, as in a query. */
  slos?: string;
  /** The label whose values are listed. */
  label?: string;
}

/** Where definitions are: in the settings, or in a folder of the server. */
export interface DefinitionOptions {
  source?: 'inline' | 'folder';
  inline?: string;
  folder?: string;
}

/** What one question may cost; a limit that is missing has its default. */
export interface LimitOptions {
  /** Durations such as 400d. */
  range?: string;
  history?: string;
  points?: number;
  lookbacks?: number;
  groupBy?: number;
  groups?: number;
  filters?: number;
  slos?: number;
  series?: number;
  allPoints?: number;
  rows?: number;
  queries?: number;
  textBytes?: number;
  queryBytes?: number;
  bodyBytes?: number;
  resources?: number;
}

export type LimitName = keyof LimitOptions;

/** The data source's settings that are no secrets. */
export interface PromiseOptions extends DataSourceJsonData {
  definitions?: DefinitionOptions;
  maxRange?: string;
  concurrency?: number;
  timeZone?: string;
  queryParams?: string;
  settle?: string;
  limits?: LimitOptions;
  /** Seconds, read by Grafana's HTTP client. */
  timeout?: number;
  oauthPassThru?: boolean;
  keepCookies?: string[];
}

/** An SLO as the resource /slos lists it. */
export interface ListedSLO {
  name: string;
  title: string;
  description: string;
  service: string;
  team: string;
  labels: Record<string, string> | null;
  window: string;
  method: string;
  groupBy: string[] | null;
  objectives: ListedObjective[] | null;
  definition: string;
}

export interface ListedObjective {
  name: string;
  title: string;
  target: number;
}

/** What the resource /validate finds in a document. */
export interface Problem {
  severity: string;
  file: string;
  line: number;
  column: number;
  field: string;
  message: string;
  hint: string;
  slo: string;
  text: string;
}

export interface Verdict {
  problems: Problem[];
  slos: ListedSLO[];
}

/** The PromQL behind an objective, from the resource /preview. */
export interface Counting {
  slo: string;
  objective: string;
  window: string;
  groupBy: string[] | null;
  bad?: string;
  total?: string;
  /** Why the counts are not those of events. */
  estimate?: string;
  error?: string;
}
