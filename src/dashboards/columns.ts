import type { DataTransformerConfig, DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import type { PanelBuilder as TablePanel } from '@grafana/grafana-foundation-sdk/table';

/** A column of a table panel. */
export interface Column {
  /** The name that the frame gives it for people. */
  title: string;
  /** Another name that is shown instead. */
  as?: string;
  width?: number;
  properties?: DynamicConfigValue[];
}

/** A column whose cells have the colour of their value. */
export const COLOURED: DynamicConfigValue = {
  id: 'custom.cellOptions',
  value: { type: 'color-background', mode: 'basic' },
};

/** A column whose text has the colour of its value. */
export const COLOURED_TEXT: DynamicConfigValue = { id: 'custom.cellOptions', value: { type: 'color-text' } };

/** A column of bars. */
export const BAR: DynamicConfigValue = {
  id: 'custom.cellOptions',
  value: { type: 'gauge', mode: 'basic', valueDisplayMode: 'text' },
};

/** A column whose long texts go on in a second line. */
export const WRAPPED: DynamicConfigValue = { id: 'custom.cellOptions', value: { type: 'auto', wrapText: true } };

/** A column of moments. */
export const MOMENT: DynamicConfigValue = { id: 'unit', value: 'time:D MMM YYYY HH:mm' };

/** A column that is not shown, but that links read. */
export const HIDDEN: DynamicConfigValue = { id: 'custom.hideFrom.viz', value: true };

/** What a cell without a value shows; the panel's own sentence is for a table without rows. */
const BLANK: DynamicConfigValue = { id: 'noValue', value: '–' };

/** Shows these columns of a table in this order, and no others. */
export function withColumns(panel: TablePanel, columns: Column[]): TablePanel {
  for (const { title, as = title, width, properties = [] } of columns) {
    const fixed = width === undefined ? [] : [{ id: 'custom.width', value: width }];
    panel.overrideByName(as, [BLANK, ...fixed, ...properties]);
  }
  return panel.withTransformation(arrange(columns));
}

function arrange(columns: Column[]): DataTransformerConfig {
  const entries = <T>(value: (column: Column, index: number) => T) =>
    Object.fromEntries(columns.map((column, index) => [column.title, value(column, index)]));
  return {
    id: 'organize',
    options: {
      includeByName: entries(() => true),
      indexByName: entries((_, index) => index),
      renameByName: Object.fromEntries(columns.flatMap(({ title, as }) => (as === undefined ? [] : [[title, as]]))),
      excludeByName: {},
    },
  };
}
