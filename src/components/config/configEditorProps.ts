import type { DataSourcePluginOptionsEditorProps } from '@grafana/data';

import type { PromiseOptions } from '../../types';

/** The properties of the configuration editor and of its sections. */
export type ConfigEditorProps = DataSourcePluginOptionsEditorProps<PromiseOptions>;
