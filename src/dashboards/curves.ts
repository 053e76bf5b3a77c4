import {
  GraphThresholdsStyleConfigBuilder,
  LegendDisplayMode,
  LegendPlacement,
  SortOrder,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
  type GraphThresholdsStyleMode,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder as TimeSeriesPanel } from '@grafana/grafana-foundation-sdk/timeseries';

import type { PromiseQuery } from '../types';
import { query } from './parts';

/** Lines over time. */
export function curves(title: string, description: string, asked: Omit<PromiseQuery, 'refId'>): TimeSeriesPanel {
  return new TimeSeriesPanel()
    .title(title)
    .description(description)
    .withTarget(query('A', asked))
    .noValue('There is no data in the time shown.')
    .lineWidth(2)
    .fillOpacity(0)
    .showPoints(VisibilityMode.Never)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true)
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Ascending));
}

/** Draws the thresholds that come with the data. */
export function withThresholds(panel: TimeSeriesPanel, mode: GraphThresholdsStyleMode): TimeSeriesPanel {
  return panel.thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(mode));
}
