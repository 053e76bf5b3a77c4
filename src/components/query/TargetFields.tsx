import { EditorField } from '@grafana/plugin-ui';
import React, { useId, useState } from 'react';

import { isDuration } from '../../duration';
import { formatTargets, parseTargets } from '../../percentages';
import { CommittedInput } from '../CommittedInput';
import type { FieldProps } from './fieldProps';

/** Takes targets to compare with the common ones, in percent. */
export function TargetsField({ query, onChange }: FieldProps) {
  const id = useId();
  const [wrong, setWrong] = useState<string>();
  return (
    <EditorField
      label="Targets"
      htmlFor={id}
      width={24}
      optional
      tooltip="More targets to compare, in percent, such as 99.7, 99.8. The common ones, the one in force and the promised one are always compared."
      invalid={wrong !== undefined}
      error={wrong}
    >
      <CommittedInput
        id={id}
        width={24}
        value={formatTargets(query.targets)}
        placeholder="99.7, 99.8"
        onCommit={(text) => {
          const targets = parseTargets(text);
          setWrong(
            targets === undefined ? `${text} are no targets; write percentages below 100, such as 99.7` : undefined
          );
          if (targets !== undefined) {
            onChange({ ...query, targets });
          }
        }}
      />
    </EditorField>
  );
}

/** Chooses how far back targets are compared. */
export function SinceField({ query, onChange }: FieldProps) {
  const id = useId();
  const wrong = query.since && !isDuration(query.since);
  return (
    <EditorField
      label="History"
      htmlFor={id}
      width={14}
      optional
      tooltip="How far back targets are compared, such as 180d. By default 90 days, or three windows if that is more."
      invalid={Boolean(wrong)}
      error={`${query.since} is no duration; write one such as 90d`}
    >
      <CommittedInput
        id={id}
        width={14}
        value={query.since ?? ''}
        placeholder="90d"
        onCommit={(text) => {
          onChange({ ...query, since: text.trim() || undefined });
        }}
      />
    </EditorField>
  );
}
