import { Input, Popover } from '@grafana/ui';
import React, { type KeyboardEvent, useId, useLayoutEffect, useRef, useState } from 'react';

import { complete } from '../../completion';
import type { PromiseDataSource } from '../../datasource';
import { useDraft } from '../../hooks/useDraft';
import { EntryList, entryId } from './EntryList';
import { useCompletion } from './useCompletion';

interface Props {
  datasource: PromiseDataSource;
  id: string;
  value: string;
  placeholder: string;
  onCommit: (text: string) => void;
}

/**
 * Label matchers as text; names and values are offered as a person writes.
 * Arrow keys walk through the list, in which Enter takes what they are at.
 * Otherwise Enter commits the text, as leaving it does.
 */
export function MatchersInput({ datasource, id, value, placeholder, onCommit }: Props) {
  const listId = useId();
  const input = useRef<HTMLInputElement>(null);
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const { text, write, commit } = useDraft(value, onCommit);
  // Where the caret is, undefined while nothing is to be offered.
  const [caret, setCaret] = useState<number>();
  const [active, setActive] = useState<number>();
  const [taken, setTaken] = useState<{ caret: number }>();
  const completion = useCompletion(datasource, text, caret);

  useLayoutEffect(() => {
    if (taken) {
      input.current?.setSelectionRange(taken.caret, taken.caret);
    }
  }, [taken]);

  const offerAt = (position: number | null | undefined) => {
    setCaret(position ?? undefined);
    setActive(undefined);
  };
  const close = () => {
    offerAt(undefined);
  };
  const finish = () => {
    close();
    commit();
  };
  const take = (entry: string) => {
    if (completion) {
      const done = complete(text, completion.place, entry);
      write(done.text);
      offerAt(done.caret);
      setTaken({ caret: done.caret });
    }
  };
  const walk = (step: 1 | -1) => {
    const count = completion?.entries.length ?? 0;
    const from = active ?? (step === 1 ? -1 : 0);
    setActive((from + step + count) % count);
  };
  /** Does what a key means in the list, and says whether it means anything there. */
  const actInList = (key: string): boolean => {
    const entry = completion?.entries[active ?? -1];
    switch (key) {
      case 'ArrowDown':
        walk(1);
        return true;
      case 'ArrowUp':
        walk(-1);
        return true;
      case 'Escape':
        close();
        return true;
      case 'Enter':
        if (entry !== undefined) {
          take(entry);
        }
        return entry !== undefined;
      default:
        return false;
    }
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (completion && actInList(event.key)) {
      event.preventDefault();
      event.stopPropagation(); // Escape would leave the editor of the panel as well
    } else if (event.key === 'Enter') {
      finish();
    } else if (event.key === 'ArrowDown') {
      offerAt(event.currentTarget.selectionStart);
    }
  };

  return (
    <div ref={setAnchor}>
      <Input
        ref={input}
        id={id}
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={completion !== undefined}
        aria-controls={listId}
        aria-activedescendant={completion && active !== undefined ? entryId(listId, active) : undefined}
        autoComplete="off"
        spellCheck={false}
        value={text}
        placeholder={placeholder}
        onChange={(event) => {
          write(event.currentTarget.value);
          offerAt(event.currentTarget.selectionStart);
        }}
        onClick={(event) => {
          offerAt(event.currentTarget.selectionStart);
        }}
        onSelect={(event) => {
          const { selectionStart } = event.currentTarget;
          if (caret !== undefined && selectionStart !== caret) {
            offerAt(selectionStart);
          }
        }}
        onBlur={finish}
        onKeyDown={onKeyDown}
      />
      {anchor && (
        <Popover
          show={completion !== undefined}
          referenceElement={anchor}
          placement="bottom-start"
          content={<EntryList id={listId} entries={completion?.entries ?? []} active={active} onTake={take} />}
        />
      )}
    </div>
  );
}
