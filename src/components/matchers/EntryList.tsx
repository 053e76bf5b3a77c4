import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import React, { useEffect } from 'react';

interface Props {
  id: string;
  entries: string[];
  /** The entry that the keyboard is at. */
  active: number | undefined;
  onTake: (entry: string) => void;
}

/** The id of an entry, by which the input tells screen readers where the keyboard is. */
export function entryId(listId: string, index: number): string {
  return `${listId}-${index}`;
}

/** Completions, in a list that leaves the focus where it is. */
export function EntryList({ id, entries, active, onTake }: Props) {
  const styles = useStyles2(getStyles);
  useEffect(() => {
    if (active !== undefined) {
      document.getElementById(entryId(id, active))?.scrollIntoView({ block: 'nearest' });
    }
  }, [id, active]);
  return (
    <ul
      id={id}
      role="listbox"
      aria-label="Completions"
      className={styles.list}
      onMouseDown={(event) => {
        event.preventDefault(); // the focus stays in the text
      }}
    >
      {entries.map((entry, index) => (
        <li
          key={entry}
          id={entryId(id, index)}
          role="option"
          aria-selected={index === active}
          className={cx(styles.entry, index === active && styles.active)}
          onClick={() => {
            onTake(entry);
          }}
        >
          {entry}
        </li>
      ))}
    </ul>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({
    margin: 0,
    padding: theme.spacing(0.5),
    maxHeight: theme.spacing(30),
    minWidth: theme.spacing(20),
    overflow: 'auto',
    listStyle: 'none',
    background: theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    boxShadow: theme.shadows.z3,
  }),
  entry: css({
    padding: theme.spacing(0.5, 1),
    borderRadius: theme.shape.radius.default,
    cursor: 'pointer',
    '&:hover': { background: theme.colors.action.hover },
  }),
  active: css({
    background: theme.colors.action.selected,
    outline: `1px solid ${theme.colors.primary.border}`,
  }),
});
