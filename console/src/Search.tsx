import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { search, type Found, type Group } from './finding';
import type { Words } from './words';

interface Properties {
  words: Words;
  /** Called with what was chosen. */
  onOpen: (found: Found) => void;
}

/** How long after the last key it is looked, in milliseconds: between two keys of somebody who types on. */
const PAUSE = 150;

/** The search box: reached by `/` and Ctrl+K from anywhere, walked through by arrows, left by Escape. */
export function Search({ words, onOpen }: Properties) {
  const [text, setText] = useState('');
  const [groups, setGroups] = useState<Group[] | 'failed'>();
  const [chosen, setChosen] = useState(0);
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLInputElement>(null);
  const list = useId();
  const asked = text.trim();
  const rows = Array.isArray(groups) ? groups.flatMap((group) => group.rows) : [];

  useEffect(() => {
    const focus = (event: globalThis.KeyboardEvent) => {
      const byLetter = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k';
      if (!byLetter && (event.key !== '/' || isTyping(event.target))) return;
      event.preventDefault();
      event.stopPropagation();
      box.current?.focus();
      box.current?.select();
    };
    // Before the editor hears it, to which Ctrl+K is the first of two keys.
    window.addEventListener('keydown', focus, { capture: true });
    return () => window.removeEventListener('keydown', focus, { capture: true });
  }, []);

  useEffect(() => {
    if (!asked) {
      setGroups(undefined);
      return;
    }
    const leaving = new AbortController();
    const pause = setTimeout(async () => {
      const found = await search(asked, leaving.signal);
      // What comes late is of a text that is no longer there.
      if (leaving.signal.aborted) return;
      setGroups(found ?? 'failed');
      setChosen(0);
    }, PAUSE);
    return () => {
      clearTimeout(pause);
      leaving.abort();
    };
  }, [asked]);

  function choose(found: Found | undefined) {
    if (!found) return;
    setOpen(false);
    onOpen(found);
  }

  function press(event: KeyboardEvent) {
    // A key that ends a word of an input method is not meant for us.
    if (event.nativeEvent.isComposing) return;
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: rows.length - 1 };
    const step = steps[event.key];
    if (step !== undefined && rows.length > 0) {
      event.preventDefault();
      setOpen(true);
      setChosen((chosen + step) % rows.length);
    } else if (event.key === 'Enter') {
      choose(rows[chosen]);
    } else if (event.key === 'Escape') {
      setOpen(false);
    }
  }

  const shown = open && asked !== '' && groups !== undefined;
  return (
    <div className="search" onBlur={() => setOpen(false)}>
      <input
        ref={box}
        type="search"
        role="combobox"
        aria-label={words.search}
        aria-expanded={shown}
        aria-controls={list}
        aria-activedescendant={shown && rows.length > 0 ? `${list}-${chosen}` : undefined}
        placeholder={words.searchHint}
        maxLength={200}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
        onKeyDown={press}
      />
      {/* The box keeps the focus while something is clicked. */}
      <div className="found" id={list} role="listbox" hidden={!shown} onMouseDown={(event) => event.preventDefault()}>
        {groups === 'failed' && <p>{words.searchFailed}</p>}
        {Array.isArray(groups) && rows.length === 0 && <p>{words.nothingFound}</p>}
        {Array.isArray(groups) &&
          groups
            .filter((group) => group.rows.length > 0)
            .map((group) => (
              <section key={group.kind} role="group" aria-label={words.kinds[group.kind]}>
                <h2>
                  {words.kinds[group.kind]} <small>{group.count + (group.capped ? '+' : '')}</small>
                </h2>
                {group.rows.map((found) => {
                  const place = rows.indexOf(found);
                  return (
                    <div
                      key={found.id}
                      id={`${list}-${place}`}
                      role="option"
                      aria-selected={place === chosen}
                      onMouseMove={() => setChosen(place)}
                      onClick={() => choose(found)}
                    >
                      {found.title && <span className="title">{found.title}</span>}
                      <span>
                        {found.snippet.map((part, index) =>
                          part.matched ? <mark key={index}>{part.text}</mark> : part.text,
                        )}
                      </span>
                    </div>
                  );
                })}
              </section>
            ))}
      </div>
    </div>
  );
}

/** Whether a key goes into a text. */
function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));
}
