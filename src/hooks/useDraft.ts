import { useState } from 'react';

/** Text that counts once it is committed, not with every key. */
export interface Draft {
  text: string;
  write: (text: string) => void;
  commit: () => void;
}

/** A draft of a value; what is committed and differs is told. */
export function useDraft(value: string, onCommit: (text: string) => void): Draft {
  const [draft, setDraft] = useState<string>();
  return {
    text: draft ?? value,
    write: setDraft,
    commit: () => {
      if (draft !== undefined && draft !== value) {
        onCommit(draft);
      }
      setDraft(undefined);
    },
  };
}
