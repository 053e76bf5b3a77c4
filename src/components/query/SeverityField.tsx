import { EditorField } from '@grafana/plugin-ui';
import { RadioButtonGroup } from '@grafana/ui';
import React from 'react';

import type { Severity } from '../../types';
import type { FieldProps } from './fieldProps';

const OPTIONS: Array<{ label: string; value: Severity | 'both'; description: string }> = [
  { label: 'Both', value: 'both', description: 'A value for pages and one for tickets' },
  { label: 'Page', value: 'page', description: 'What must wake somebody' },
  { label: 'Ticket', value: 'ticket', description: 'What can wait for the morning' },
];

/** Which alert conditions have values. */
export function SeverityField({ query, onChange }: FieldProps) {
  return (
    <EditorField label="Severity" tooltip="Alert rules are about one severity; both are for looking at.">
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
