import { ConfigSection } from '@grafana/plugin-ui';
import { Field, Input } from '@grafana/ui';
import React from 'react';

import { isDuration } from '../../duration';
import type { PromiseOptions } from '../../types';
import type { ConfigEditorProps } from './configEditorProps';

type Name = 'maxRange' | 'concurrency' | 'timeout' | 'settle' | 'timeZone' | 'queryParams';

interface Setting {
  name: Name;
  label: string;
  explanation: string;
  placeholder: string;
  /** Says what is wrong with what is written, if anything. */
  fault: (text: string) => string | undefined;
  numeric?: boolean;
}

const SETTINGS: Setting[] = [
  {
    name: 'maxRange',
    label: 'Maximum range of a request',
    explanation:
      'Longer ranges are requested in pieces. Set it if the server refuses long ranges, as Mimir does beyond max_total_query_length or max_partial_query_length; ranges inside queries count too.',
    placeholder: 'no limit',
    fault: durationFault,
  },
  {
    name: 'concurrency',
    label: 'Concurrent requests',
    explanation: 'The most requests to the server at once. Fewer take longer, and spare a small server.',
    placeholder: '8',
    fault: numberFault,
    numeric: true,
  },
  {
    name: 'timeout',
    label: 'Timeout',
    explanation: 'Seconds until a request without an answer fails.',
    placeholder: '30',
    fault: numberFault,
    numeric: true,
  },
  {
    name: 'settle',
    label: 'Wait for late samples',
    explanation:
      'Samples older than this are final and never requested again. Make it longer if samples arrive late, as with remote write.',
    placeholder: '10m',
    fault: durationFault,
  },
  {
    name: 'timeZone',
    label: 'Time zone',
    explanation:
      'The time zone in which the days of rolling windows begin. Calendar windows have that of their definition.',
    placeholder: 'UTC',
    fault: timeZoneFault,
  },
  {
    name: 'queryParams',
    label: 'Query parameters',
    explanation:
      'Sent with every request, written as in a URL, such as dedup=true for Thanos. They take precedence over those of the data source.',
    placeholder: 'dedup=true&engine=thanos',
    fault: () => undefined,
  },
];

/** Settings that most people leave as they are. */
export function AdvancedSettings({ options, onOptionsChange }: ConfigEditorProps) {
  const change = (changed: Partial<PromiseOptions>) => {
    onOptionsChange({ ...options, jsonData: { ...options.jsonData, ...changed } });
  };
  return (
    <ConfigSection
      title="Advanced settings"
      description="The defaults suit most servers. An empty field has the value shown in gray."
      isCollapsible
      isInitiallyOpen={SETTINGS.some(({ name }) => options.jsonData[name] !== undefined)}
    >
      {SETTINGS.map((setting) => (
        <SettingField
          key={setting.name}
          setting={setting}
          value={options.jsonData[setting.name]}
          readOnly={options.readOnly}
          onChange={(text) => {
            change({ [setting.name]: written(setting, text) });
          }}
        />
      ))}
    </ConfigSection>
  );
}

interface SettingFieldProps {
  setting: Setting;
  value: string | number | undefined;
  readOnly: boolean;
  onChange: (text: string) => void;
}

function SettingField({ setting, value, readOnly, onChange }: SettingFieldProps) {
  const text = value === undefined ? '' : String(value);
  const fault = text === '' ? undefined : setting.fault(text);
  return (
    <Field
      label={setting.label}
      description={setting.explanation}
      invalid={fault !== undefined}
      error={fault}
      disabled={readOnly}
    >
      <Input
        id={`promise-${setting.name}`}
        type={setting.numeric ? 'number' : 'text'}
        min={setting.numeric ? 1 : undefined}
        width={48}
        value={text}
        placeholder={setting.placeholder}
        onChange={(event) => {
          onChange(event.currentTarget.value);
        }}
      />
    </Field>
  );
}

/** A setting as it is kept; one that is empty is left to its default. */
function written(setting: Setting, text: string): string | number | undefined {
  if (text === '') {
    return undefined;
  }
  return setting.numeric ? Math.trunc(Number(text)) : text;
}

function durationFault(text: string): string | undefined {
  return isDuration(text) ? undefined : 'Write a whole number and a unit, such as 5m or 30d';
}

function numberFault(text: string): string | undefined {
  return Number(text) >= 1 ? undefined : 'Write a number of at least 1';
}

function timeZoneFault(text: string): string | undefined {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return undefined;
  } catch {
    return 'This time zone is not known; write a name such as Europe/Paris';
  }
}
