import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import { GraphiQL } from 'graphiql';
import { useState } from 'react';
import { document as documentOf } from './finding';
import { show, usePage } from './page';
import { Search } from './Search';
import { graphql } from './server';
import { SessionBar } from './SessionBar';
import { dictionary } from './words';

function Console() {
  const { session, words, bar } = usePage(dictionary);
  const [shown, setShown] = useState<string>();
  return (
    <>
      <SessionBar {...bar}>
        <Search words={words} onOpen={(found) => setShown(documentOf(found))} />
      </SessionBar>
      <main>
        {/* A new key starts GraphiQL anew, with the schema that this session may see, or with what was found. */}
        <GraphiQL key={`${session} ${shown}`} fetcher={graphql} {...(shown && { initialQuery: shown })} />
      </main>
    </>
  );
}

show(<Console />);
