import { ConfigSection } from '@grafana/plugin-ui';
import { Field, Input } from '@grafana/ui';
import React from 'react';

import { isDuration } from '../../duration';
import type { LimitName, Limits } from '../../types';
import type { ConfigEditorProps } from './configEditorProps';

interface Limit {
  name: LimitName;
  label: string;
  explanation: string;
  /** What holds where nothing is written. */
  usual: string;
  /** The largest number that the backend takes; a duration has none here. */
  most?: number;
}

const LIMITS: Limit[] = [
  {
    name: 'range',
    label: 'Time range',
    explanation: 'The longest range of a chart, and the longest lookback.',
    usual: '400d',
  },
  { name: 'history', label: 'History', explanation: 'How far back from now a query may look.', usual: '800d' },
  {
    name: 'forecastHistory',
    label: 'History for forecasts',
    explanation: 'How far back history is filled in the background, for forecasts. At most 400d; 0d turns it off.',
    usual: '90d, or three windows if longer',
  },
  {
    name: 'points',
    label: 'Points per series',
    explanation: 'Charts that ask for more get this many.',
    usual: '11000',
    most: 11_000,
  },
  { name: 'lookbacks', label: 'Lookbacks', explanation: 'The most lookbacks of a query.', usual: '12', most: 50 },
  {
    name: 'groupBy',
    label: 'Grouping labels',
    explanation: 'The most labels by which a query groups.',
    usual: '5',
    most: 20,
  },
  {
    name: 'groups',
    label: 'Groups',
    explanation: 'The most groups of a query, over all its SLOs. Each takes memory of its own.',
    usual: '500',
    most: 10_000,
  },
  {
    name: 'filters',
    label: 'Filters',
    explanation: 'The most filters and label matchers of a query.',
    usual: '20',
    most: 100,
  },
  {
    name: 'slos',
    label: 'SLOs per chart',
    explanation: 'Of more, those with the least budget remaining are shown, with a notice.',
    usual: '100',
    most: 1_000,
  },
  {
    name: 'series',
    label: 'Series per chart',
    explanation: 'A chart with more is an error.',
    usual: '1000',
    most: 10_000,
  },
  {
    name: 'allPoints',
    label: 'Points per chart',
    explanation: 'The points of all series.',
    usual: '1000000',
    most: 10_000_000,
  },
  {
    name: 'targets',
    label: 'Targets',
    explanation: 'The most targets that a query asks to compare.',
    usual: '10',
    most: 100,
  },
  {
    name: 'steps',
    label: 'Steps of targets',
    explanation: 'The steps of history, of all its SLOs, that a query of targets replays. 90 days have 25,920.',
    usual: '2000000',
    most: 50_000_000,
  },
  {
    name: 'rows',
    label: 'Rows per table',
    explanation: 'Also the most numbers of an alert query.',
    usual: '10000',
    most: 100_000,
  },
  {
    name: 'queries',
    label: 'Queries per request',
    explanation: 'A panel makes one request.',
    usual: '100',
    most: 1_000,
  },
  {
    name: 'textBytes',
    label: 'Text length',
    explanation: 'Bytes of the longest name or value in a query.',
    usual: '16384',
    most: 262_144,
  },
  {
    name: 'queryBytes',
    label: 'Query length',
    explanation: 'Bytes of the longest query, as JSON.',
    usual: '65536',
    most: 1_048_576,
  },
  {
    name: 'bodyBytes',
    label: 'Definition length',
    explanation: 'Bytes of the longest text that is checked here.',
    usual: '4194304',
    most: 4_194_304,
  },
  {
    name: 'resources',
    label: 'Concurrent resources',
    explanation: 'The most requests of editors and scripts at once.',
    usual: '16',
    most: 256,
  },
];

/** What one question may cost. */
export function LimitSettings({ options, onOptionsChange }: ConfigEditorProps) {
  const limits = options.jsonData.limits ?? {};
  return (
    <ConfigSection
      title="Limits"
      description="Any viewer can run any query, so queries are limited. The error of a query beyond a limit names it. An empty field has the value shown in gray."
      isCollapsible
      isInitiallyOpen={Object.keys(limits).length > 0}
    >
      {LIMITS.map((limit) => (
        <LimitField
          key={limit.name}
          limit={limit}
          value={limits[limit.name] ?? undefined}
          readOnly={options.readOnly}
          onChange={(text) => {
            const changed = changedLimits(limits, limit, text);
            onOptionsChange({ ...options, jsonData: { ...options.jsonData, limits: changed } });
          }}
        />
      ))}
    </ConfigSection>
  );
}

interface LimitFieldProps {
  limit: Limit;
  value: string | number | undefined;
  readOnly: boolean;
  onChange: (text: string) => void;
}

function LimitField({ limit, value, readOnly, onChange }: LimitFieldProps) {
  const text = value === undefined ? '' : String(value);
  const fault = text === '' ? undefined : faultOf(limit, text);
  return (
    <Field
      label={limit.label}
      description={limit.explanation}
      invalid={fault !== undefined}
      error={fault}
      disabled={readOnly}
    >
      <Input
        id={`promise-limit-${limit.name}`}
        type={limit.most === undefined ? 'text' : 'number'}
        min={limit.most === undefined ? undefined : 1}
        max={limit.most}
        width={48}
        value={text}
        placeholder={limit.usual}
        onChange={(event) => {
          onChange(event.currentTarget.value);
        }}
      />
    </Field>
  );
}

/** The limits with one changed; none at all are left out of the settings. */
function changedLimits(limits: Limits, { name, most }: Limit, text: string): Limits | undefined {
  const value = most === undefined ? text : Math.trunc(Number(text));
  const changed: Limits = { ...limits, [name]: text === '' ? undefined : value };
  return LIMITS.every((one) => changed[one.name] === undefined) ? undefined : changed;
}

function faultOf({ most }: Limit, text: string): string | undefined {
  if (most === undefined) {
    return isDuration(text) ? undefined : 'Write a whole number and a unit, such as 90d';
  }
  return Number(text) >= 1 && Number(text) <= most ? undefined : `Write a number from 1 to ${most}`;
}
