import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './console.css';
import { GraphiQL } from 'graphiql';
import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { document as documentOf } from './finding';
import { Search } from './Search';
import { graphql } from './server';
import { SessionBar } from './SessionBar';
import { dictionary, preferredLanguage } from './words';

function Console() {
  const [language, setLanguage] = useState(preferredLanguage);
  const [session, setSession] = useState(0);
  const [shown, setShown] = useState<string>();
  const words = dictionary[language];

  useEffect(() => {
    document.documentElement.lang = language;
    document.title = words.title;
  }, [language, words]);

  return (
    <>
      <SessionBar
        words={words}
        onChange={() => setSession((count) => count + 1)}
        onOtherLanguage={() => setLanguage(language === 'en' ? 'zh-CN' : 'en')}
      >
        <Search words={words} onOpen={(found) => setShown(documentOf(found))} />
      </SessionBar>
      <main>
        {/* A new key starts GraphiQL anew, with the schema that this session may see, or with what was found. */}
        <GraphiQL key={`${session} ${shown}`} fetcher={graphql} {...(shown && { initialQuery: shown })} />
      </main>
    </>
  );
}

const root = document.getElementById('console');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Console />
    </StrictMode>,
  );
}
