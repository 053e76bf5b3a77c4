import { getDataSourceSrv } from '@grafana/runtime';
import { CodeEditor, Field, type Monaco, type MonacoEditor } from '@grafana/ui';
import React, { useCallback, useEffect, useState } from 'react';

import { PromiseDataSource } from '../../datasource';
import { useDebounced } from '../../hooks/useDebounced';
import { useLatest } from '../../hooks/useLatest';
import { type Loaded, useLoaded, valueOr } from '../../hooks/useLoaded';
import type { ListedProblem, Verdict } from '../../types';
import { VerdictView } from './VerdictView';

interface Props {
  uid: string;
  text: string;
  readOnly: boolean;
  onChange: (text: string) => void;
}

/** For how long nobody types before the text is checked. */
const PAUSE = 600;

/** Definitions as text, checked while a person types. */
export function InlineDefinitions({ uid, text, readOnly, onChange }: Props) {
  const verdict = useVerdict(uid, useDebounced(text, PAUSE));
  // The editor keeps the function that it is given first, which knows only the settings as they were then.
  const change = useLatest(onChange);
  const mark = useMarks(valueOr(verdict, undefined)?.problems);
  return (
    <>
      <Field
        label="YAML text"
        description="Separate documents with a line ---. The text is checked as you type, and takes effect with Save & test. After Ctrl+M, Tab leaves the editor."
      >
        <CodeEditor
          language="yaml"
          value={text}
          height={360}
          showLineNumbers
          showMiniMap={false}
          readOnly={readOnly}
          monacoOptions={{ tabSize: 2, scrollBeyondLastLine: false, ariaLabel: 'Definitions of SLOs as YAML' }}
          onEditorDidMount={mark}
          onChange={change}
        />
      </Field>
      <VerdictView verdict={verdict} />
    </>
  );
}

function useVerdict(uid: string, text: string): Loaded<Verdict | undefined> {
  return useLoaded(
    useCallback(async () => {
      if (text.trim() === '') {
        return undefined;
      }
      const source = await getDataSourceSrv().get({ uid });
      if (!(source instanceof PromiseDataSource)) {
        throw new Error('The data source is not loaded yet; save it, and load the page again');
      }
      return source.validate(text);
    }, [uid, text])
  );
}

/** Marks the places of problems in the text. */
function useMarks(problems: ListedProblem[] | undefined) {
  const [mounted, setMounted] = useState<{ editor: MonacoEditor; monaco: Monaco }>();
  useEffect(() => {
    const model = mounted?.editor.getModel();
    if (mounted && model) {
      mounted.monaco.editor.setModelMarkers(
        model,
        'promise',
        (problems ?? []).map((p) => marker(p, mounted.monaco))
      );
    }
  }, [mounted, problems]);
  return useCallback((editor: MonacoEditor, monaco: Monaco) => {
    setMounted({ editor, monaco });
  }, []);
}

/** A marker that reaches from a problem's place to the end of the line. */
function marker(problem: ListedProblem, { MarkerSeverity }: Monaco) {
  const line = Math.max(problem.line, 1);
  return {
    startLineNumber: line,
    startColumn: Math.max(problem.column, 1),
    endLineNumber: line,
    endColumn: Number.MAX_SAFE_INTEGER,
    message: problem.hint ? `${problem.message}; ${problem.hint}` : problem.message,
    severity: problem.severity === 'error' ? MarkerSeverity.Error : MarkerSeverity.Warning,
  };
}
