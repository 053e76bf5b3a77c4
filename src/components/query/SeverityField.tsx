import { EditorField } from '@grafana/plugin-ui';
import { RadioButtonGroup } from '@grafana/ui';
import React from 'react';

import type { Severity } from '../../types';
import type { FieldProps } from './fieldProps';

const OPTIONS: Array<{ label: string; value: Severity | 'both'; description: string }> = [
  { label: 'Both', value: 'both', description: 'One value for pages and one for tickets' },
  { label: 'Page', value: 'page', description: 'Someone must act at once' },
  { label: 'Ticket', value: 'ticket', description: 'Someone must act during office hours' },
];

/** Which alert conditions have values. */
export function SeverityField({ query, onChange }: FieldProps) {
  return (
    <EditorField label="Severity" tooltip="Choose one severity for an alert rule.">
      <RadioButtonGroup<Severity | 'both'>
        aria-label="Severity"
        options={OPTIONS}
        value={query.severity ?? 'both'}
        onChange={(severity) => {
          onChange({ ...query, severity: severity === 'both' ? undefined : severity });
        }}
      />
    </EditorField>
  );
}
