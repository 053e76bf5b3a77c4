import { Input } from '@grafana/ui';
import React, { type ComponentProps } from 'react';

import { useDraft } from '../hooks/useDraft';

interface Props extends Omit<ComponentProps<typeof Input>, 'value' | 'onChange' | 'onBlur' | 'onKeyDown' | 'ref'> {
  value: string;
  onCommit: (text: string) => void;
}

/** An input whose text counts when a person leaves it or presses Enter, not with every key. */
export function CommittedInput({ value, onCommit, ...rest }: Props) {
  const { text, write, commit } = useDraft(value, onCommit);
  return (
    <Input
      {...rest}
      value={text}
      onChange={(event) => {
        write(event.currentTarget.value);
      }}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') {
          commit();
        }
      }}
    />
  );
}
