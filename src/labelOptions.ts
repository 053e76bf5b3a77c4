import type { ComboboxOption } from '@grafana/ui';

/** Labels of SLOs and of the events behind them; a name that SLOs are selected by is never one of events. */
export function labelOptions(ofSLOs: string[], ofEvents: string[]): ComboboxOption[] {
  return [
    ...ofSLOs.map((value) => ({ value, label: value, group: 'SLOs' })),
    ...ofEvents.filter((name) => !ofSLOs.includes(name)).map((value) => ({ value, label: value, group: 'Events' })),
  ];
}
