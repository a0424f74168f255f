import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ask, type Refusal } from './ask.ts';

export interface Asked<Data> {
  /** The last answer; stays while the next one is awaited, so that nothing jumps. */
  readonly data: Data | null;
  readonly refusal: Refusal | null;
  refresh(): Promise<void>;
}

/** Asks when the question changes, and again every `everyMs` while the page is looked at; nothing while there is no question. */
export function useAsk<Data>(query: string | null, variables: object = {}, everyMs = 0): Asked<Data> {
  const [state, setState] = useState<{ data: Data | null; refusal: Refusal | null }>({
    data: null,
    refusal: null,
  });
  const question = JSON.stringify([query, variables]);
  const latest = useRef(question);
  latest.current = question;
  const refresh = useCallback(async () => {
    const [text, given] = JSON.parse(question) as [string | null, object];
    if (text === null) return;
    try {
      const data = await ask<Data>(text, given);
      if (latest.current === question) setState({ data, refusal: null });
    } catch (refusal) {
      if (latest.current === question) setState(({ data }) => ({ data, refusal: refusal as Refusal }));
    }
  }, [question]);
  useEffect(() => {
    void refresh();
    if (everyMs === 0) return;
    const timer = setInterval(() => document.visibilityState === 'visible' && void refresh(), everyMs);
    return () => clearInterval(timer);
  }, [refresh, everyMs]);
  return { ...state, refresh };
}
