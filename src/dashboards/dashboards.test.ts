import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { isQueryType } from '../queryTypes';
import { bundled, NAMES, provisioned } from './dashboards';

interface Panel {
  id: number;
  type: string;
  title: string;
  description?: string;
  fieldConfig?: { defaults?: { noValue?: string } };
  targets?: Array<{ refId: string; queryType?: string }>;
  panels?: Panel[];
}

interface Written {
  uid: string;
  panels: Panel[];
  templating?: { list?: unknown[] };
}

const FILES = NAMES.flatMap((name) => [
  { file: path.join(__dirname, `${name}.json`), made: () => bundled(name) },
  {
    file: path.join(__dirname, '../../provisioning/dashboards/promises', `${name}.json`),
    made: () => provisioned(name, 'promise'),
  },
]);

// "npm run dashboards" writes the files; any other run holds them against the code.
const writing = process.env.WRITE_DASHBOARDS === '1';

test.each(FILES)('$file is what the code makes', ({ file, made }) => {
  if (writing) {
    writeFileSync(file, made());
  }
  expect(readFileSync(file, 'utf8')).toBe(made());
});

describe.each(NAMES)('%s', (name) => {
  const written = JSON.parse(bundled(name)) as Written;
  const panels = written.panels.flatMap((panel) => [panel, ...(panel.panels ?? [])]);
  const asking = panels.filter((panel) => panel.targets !== undefined);

  test('every panel says what it shows', () => {
    for (const panel of panels.filter((each) => each.type !== 'row')) {
      expect(panel.description).toMatch(/\.$/);
    }
  });

  test('no panel is empty without a sentence', () => {
    for (const panel of asking) {
      expect(panel.fieldConfig?.defaults?.noValue ?? '').not.toBe('');
    }
  });

  test('every query is known', () => {
    for (const { queryType } of asking.flatMap((panel) => panel.targets ?? [])) {
      expect(isQueryType(queryType)).toBe(true);
    }
  });

  test('panels are told apart', () => {
    const ids = panels.map((panel) => panel.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('links between dashboards keep the time', () => {
    const text = bundled(name);
    for (const [link] of text.matchAll(/"\/d\/promise-[^"]*\?[^"]*"/g)) {
      expect(link).toMatch(/\$\{__url_time_range\}|&from=/);
    }
  });

  test('nothing but the data source is left to put in when it is imported', () => {
    expect(provisioned(name, 'some-uid')).not.toContain('DS_PROMISE');
  });
});

test('Promises and Incidents have no variables, so that they can be shared as public dashboards', () => {
  for (const name of NAMES.filter((each) => each === 'promises' || each === 'incidents')) {
    const written = JSON.parse(bundled(name)) as Written;
    expect(written.templating?.list ?? []).toHaveLength(0);
  }
});
