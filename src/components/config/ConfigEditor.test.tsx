import type { DataSourceSettings } from '@grafana/data';
import { type DataSourceSrv, setDataSourceSrv } from '@grafana/runtime';
import { act, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React, { useState } from 'react';

import { selectors } from '../../selectors';
import type * as code from '../../testing/CodeEditor';
import { backend, listedSLO, type Resources } from '../../testing/source';
import type { PromiseOptions } from '../../types';
import { ConfigEditor } from './ConfigEditor';

jest.mock('@grafana/ui', () => ({
  ...jest.requireActual<object>('@grafana/ui'),
  CodeEditor: jest.requireActual<typeof code>('../../testing/CodeEditor').CodeEditor,
}));

type Settings = DataSourceSettings<PromiseOptions>;

async function show(jsonData: PromiseOptions = {}, resources: Resources = {}, rest: Partial<Settings> = {}) {
  const { source, requests } = backend(resources);
  setDataSourceSrv({ get: () => Promise.resolve(source) } as unknown as DataSourceSrv);
  const seen = {
    options: {
      uid: 'promise',
      url: 'http://localhost:9090',
      basicAuthUser: '',
      secureJsonFields: {},
      ...rest,
      jsonData,
    } as Settings,
  };
  function Host() {
    const [options, setOptions] = useState(seen.options);
    seen.options = options;
    return <ConfigEditor options={options} onOptionsChange={setOptions} />;
  }
  render(<Host />);
  await act(() => Promise.resolve());
  return { seen, requests, jsonData: () => seen.options.jsonData };
}

const problem = {
  severity: 'error',
  file: '',
  line: 26,
  column: 13,
  field: 'spec.objectives[0].target',
  slo: 'checkout',
  message: 'a target of 100 % leaves no budget',
  hint: 'write a share below 1',
  text: '26: spec.objectives[0].target',
};

describe('the server', () => {
  it('has an address', async () => {
    const { seen } = await show();
    const url = screen.getByRole('textbox', { name: 'Data source connection URL' });
    await userEvent.clear(url);
    await userEvent.type(url, 'http://mimir:8080/prometheus');
    expect(seen.options.url).toBe('http://mimir:8080/prometheus');
  });

  it('takes a user and a password', async () => {
    const { seen } = await show({}, {}, { basicAuth: true });
    await userEvent.type(screen.getByLabelText('User *'), 'promise');
    expect(seen.options.basicAuthUser).toBe('promise');
  });

  it('is not told who asks', async () => {
    await show({ oauthPassThru: true });
    expect(screen.getByRole('alert')).toHaveTextContent('identities cannot be forwarded');
  });
});

describe('definitions written here', () => {
  it('are checked as a person types', async () => {
    const { jsonData, requests } = await show({}, { validate: { problems: [problem], slos: [listedSLO('login')] } });
    expect(screen.getByTestId(selectors.config.verdict)).toHaveTextContent('No definitions yet.');
    await userEvent.type(screen.getByRole('textbox', { name: 'YAML text' }), 'a: 1');
    expect(jsonData().definitions?.inline).toBe('a: 1');
    expect(await screen.findByText('1 problem')).toBeInTheDocument();
    expect(screen.getByTestId(selectors.config.problem)).toHaveTextContent(
      'Line 26, spec.objectives[0].target: a target of 100 % leaves no budget; write a share below 1'
    );
    expect(screen.getByText('1 SLO can be read: login')).toBeInTheDocument();
    await waitFor(() => {
      expect(requests.at(-1)).toBe('POST validate a: 1');
    });
  });

  it('leave what was set before they are written as it is', async () => {
    const { seen, jsonData } = await show();
    const url = screen.getByRole('textbox', { name: 'Data source connection URL' });
    await userEvent.clear(url);
    await userEvent.type(url, 'http://mimir:8080');
    await userEvent.type(screen.getByRole('textbox', { name: 'YAML text' }), 'a: 1');
    expect(seen.options.url).toBe('http://mimir:8080');
    expect(jsonData().definitions?.inline).toBe('a: 1');
  });

  it('that are fine are named', async () => {
    await show(
      { definitions: { inline: 'x' } },
      { validate: { problems: [], slos: [listedSLO('a'), listedSLO('b')] } }
    );
    expect(await screen.findByText('2 SLOs can be read: a, b')).toBeInTheDocument();
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  });

  it('may give warnings', async () => {
    const warning = { ...problem, severity: 'warning', line: 0, field: '', hint: '' };
    await show({ definitions: { inline: 'x' } }, { validate: { problems: [warning], slos: [] } });
    expect(await screen.findByTestId(selectors.config.problem)).toHaveTextContent('Warning: a target of 100 %');
    expect(screen.getByText('No SLO can be read from this text.')).toBeInTheDocument();
  });

  it('that cannot be checked say why', async () => {
    await show({ definitions: { inline: 'x' } });
    expect(await screen.findByText('there is no resource validate')).toBeInTheDocument();
  });
});

describe('definitions in a folder', () => {
  it('are chosen by a path', async () => {
    const { jsonData } = await show({ definitions: { inline: 'kept' } });
    await userEvent.click(screen.getByRole('radio', { name: 'Files' }));
    await userEvent.type(screen.getByLabelText(/^Folder/), 'payments');
    expect(jsonData().definitions).toEqual({ inline: 'kept', source: 'folder', folder: 'payments' });
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  });

  test.each(['/etc', '../slos', 'a/../../b'])('are not at %s', async (folder) => {
    await show({ definitions: { source: 'folder', folder } });
    expect(screen.getByRole('alert')).toHaveTextContent('without .. in it');
  });
});

describe('advanced settings', () => {
  it('are hidden until one is set', async () => {
    await show();
    expect(screen.queryByLabelText(/^Time zone/)).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: /Advanced settings/ }));
    expect(screen.getByLabelText(/^Time zone/)).toHaveValue('');
  });

  it('are kept as the backend reads them, and left out when emptied', async () => {
    const { jsonData } = await show({ settle: '10m' });
    await userEvent.type(screen.getByLabelText(/^Maximum range/), '30d');
    await userEvent.type(screen.getByLabelText(/^Concurrent requests/), '4');
    await userEvent.type(screen.getByLabelText(/^Time zone/), 'Europe/Paris');
    await userEvent.type(screen.getByLabelText(/^Query parameters/), 'dedup=true');
    await userEvent.clear(screen.getByLabelText(/^Wait for late samples/));
    expect(JSON.parse(JSON.stringify(jsonData()))).toEqual({
      maxRange: '30d',
      concurrency: 4,
      timeZone: 'Europe/Paris',
      queryParams: 'dedup=true',
    });
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  });

  test.each<[PromiseOptions, string]>([
    [{ maxRange: '30 days' }, 'Write a whole number and a unit'],
    [{ settle: 'x' }, 'Write a whole number and a unit'],
    [{ concurrency: 0 }, 'Write a number of at least 1'],
    [{ timeZone: 'Mars/Olympus' }, 'This time zone is not known'],
  ])('%j say what is wrong', async (jsonData, fault) => {
    await show(jsonData);
    expect(screen.getByRole('alert')).toHaveTextContent(fault);
  });
});

describe('limits', () => {
  it('are hidden until one is set', async () => {
    await show();
    expect(screen.queryByLabelText(/^Series per chart/)).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: /section Limits$/ }));
    expect(screen.getByLabelText(/^Series per chart/)).toHaveValue(null);
  });

  it('are kept as the backend reads them, and left out when emptied', async () => {
    const { jsonData } = await show({ limits: { rows: 20 } });
    await userEvent.type(screen.getByLabelText(/^Time range/), '90d');
    await userEvent.type(screen.getByLabelText(/^Groups/), '50');
    await userEvent.clear(screen.getByLabelText(/^Rows per table/));
    expect(jsonData().limits).toEqual({ range: '90d', groups: 50 });
    await userEvent.clear(screen.getByLabelText(/^Time range/));
    await userEvent.clear(screen.getByLabelText(/^Groups/));
    expect(jsonData().limits).toBeUndefined();
  });

  test.each<[PromiseOptions, string]>([
    [{ limits: { range: '90 days' } }, 'Write a whole number and a unit'],
    [{ limits: { series: 0 } }, 'Write a number from 1 to 10000'],
    [{ limits: { series: 10_001 } }, 'Write a number from 1 to 10000'],
  ])('%j say what is wrong', async (jsonData, fault) => {
    await show(jsonData);
    expect(screen.getByRole('alert')).toHaveTextContent(fault);
  });
});

test.each(['inline', 'folder'] as const)('every control has a name, with definitions %s', async (source) => {
  await show({ timeZone: 'UTC', definitions: { source } });
  for (const role of ['button', 'combobox', 'radio', 'spinbutton', 'textbox']) {
    for (const control of screen.queryAllByRole(role)) {
      expect(control).toHaveAccessibleName();
    }
  }
});

it('takes the period that Sloth is run with', async () => {
  const { jsonData } = await show({});
  await userEvent.type(screen.getByLabelText(/^Period of Sloth/), '28d');
  expect(jsonData().definitions?.slothPeriod).toBe('28d');
});

it('explains which folder may be read', async () => {
  await show({ definitions: { source: 'folder' } });
  expect(screen.getByText(/definitions_root, in the section \[plugin.promise-slo-datasource\]/)).toBeInTheDocument();
});

it('cannot be changed where it is provisioned', async () => {
  await show({ timeZone: 'UTC', definitions: { source: 'folder', folder: '.' } }, {}, { readOnly: true });
  expect(screen.getByLabelText(/^Folder/)).toBeDisabled();
  expect(screen.getByLabelText(/^Time zone/)).toBeDisabled();
  expect(screen.getByRole('radio', { name: 'Inline' })).toBeDisabled();
});
