import React, { useState } from 'react';

interface Props {
  value: string;
  readOnly: boolean;
  onChange: (text: string) => void;
}

/**
 * A plain text area in place of Grafana's editor, whose Monaco does not run in jsdom. What is typed is told to the
 * function that it was given first, as Grafana's editor does.
 */
export function CodeEditor({ value, readOnly, onChange }: Props) {
  const [first] = useState(() => onChange);
  return (
    <textarea
      aria-label="YAML text"
      value={value}
      readOnly={readOnly}
      onChange={(event) => {
        first(event.currentTarget.value);
      }}
    />
  );
}
