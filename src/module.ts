import { DataSourcePlugin } from '@grafana/data';

import { ConfigEditor } from './components/config/ConfigEditor';
import { QueryHelp } from './components/help/QueryHelp';
import { QueryEditor } from './components/query/QueryEditor';
import { DataSourceWithEditors } from './dataSourceWithEditors';
import type { PromiseOptions, PromiseQuery } from './types';

export const plugin = new DataSourcePlugin<DataSourceWithEditors, PromiseQuery, PromiseOptions>(DataSourceWithEditors)
  .setConfigEditor(ConfigEditor)
  .setQueryEditor(QueryEditor)
  .setQueryEditorHelp(QueryHelp);
