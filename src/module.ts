import { DataSourcePlugin } from '@grafana/data';

import { ConfigEditor } from './components/config/ConfigEditor';
import { QueryHelp } from './components/help/QueryHelp';
import { QueryEditor } from './components/query/QueryEditor';
import { PromiseDataSource } from './datasource';
import type { PromiseOptions, PromiseQuery } from './types';

export const plugin = new DataSourcePlugin<PromiseDataSource, PromiseQuery, PromiseOptions>(PromiseDataSource)
  .setConfigEditor(ConfigEditor)
  .setQueryEditor(QueryEditor)
  .setQueryEditorHelp(QueryHelp);
