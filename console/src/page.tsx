import './console.css';
import { StrictMode, useEffect, useState, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { dictionary, preferredLanguage, type Language, type Words } from './words';

/**
 * What every page has: a language that can be changed, a count of the sessions begun on it, and what its bar takes.
 * `inBar` says what the bar says otherwise than elsewhere.
 */
export function usePage<W extends { title: string }>(words: Record<Language, W>, inBar?: (words: W) => Partial<Words>) {
  const [language, setLanguage] = useState(preferredLanguage);
  const [session, setSession] = useState(0);
  const said = words[language];

  useEffect(() => {
    document.documentElement.lang = language;
    document.title = said.title;
  }, [language, said]);

  const again = () => setSession((count) => count + 1);
  const bar = {
    words: { ...dictionary[language], ...inBar?.(said) },
    onChange: again,
    onOtherLanguage: () => setLanguage(language === 'en' ? 'zh-CN' : 'en'),
  };
  return { language, session, again, words: said, bar };
}

/** Shows a page. */
export function show(page: ReactNode) {
  const root = document.getElementById('console');
  if (root) createRoot(root).render(<StrictMode>{page}</StrictMode>);
}
