import type { PromiseDataSource } from '../../datasource';
import type { ListedSLO, PromiseQuery } from '../../types';

/** The properties of a field of the query editor. */
export interface FieldProps {
  query: PromiseQuery;
  onChange: (query: PromiseQuery) => void;
  datasource: PromiseDataSource;
  /** All SLOs, for their names and objectives. */
  slos: ListedSLO[];
  /** The labels of the selected SLOs' events. */
  eventLabels: string[];
  /** References to the dashboard's variables. */
  variables: string[];
}
